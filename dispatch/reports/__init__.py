"""Everything that comes out of a solve: files for programs and planners, and the terminal."""
