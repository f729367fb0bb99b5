"""Days solved for planners, in processes of their own, one after another from a queue."""

from dispatch.jobs.errors import JobRefusedError
from dispatch.jobs.options import JobLimits, JobOptions
from dispatch.jobs.runner import JobRunner
from dispatch.jobs.submitting import enqueue, prepare

__all__ = ["JobLimits", "JobOptions", "JobRefusedError", "JobRunner", "enqueue", "prepare"]
