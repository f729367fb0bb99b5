"""A PLAN folder as planners edit it: five tables and a settings file, read whole."""
