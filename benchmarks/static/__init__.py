"""Static problems: named suites, engines and peers side by side, every answer checked."""
