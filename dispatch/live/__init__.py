"""The live day: events in, instructions and decisions out. No wall clock, no input or output."""
