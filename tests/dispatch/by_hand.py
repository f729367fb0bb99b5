"""Where plans made by hand in tests say they come from."""

from dispatch.domain.plans import PlanOrigin

ORIGIN = PlanOrigin(
    city="Hangzhou",
    date="2025-11-03",
    timezone="Asia/Shanghai",
    engine="by hand",
    seed=0,
    seconds=1.0,
    search_s=0.5,
    iterations=1,
    interrupted=False,
    input_fingerprint="0" * 64,
    versions={},
)
