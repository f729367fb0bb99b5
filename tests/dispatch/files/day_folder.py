"""A day folder that tests may damage."""

from pathlib import Path

TINY_DAY = Path(__file__).parents[2] / "data" / "tiny_day"


class DayFolder:
    """A copy of the tiny day, with ways to change its files."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str, encoding: str = "utf-8") -> None:
        (self.path / name).write_bytes(text.encode(encoding))

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.text(name)
        if text.count(old) != 1:
            raise ValueError(f"{old!r} is {text.count(old)} times in {name}")
        self.write(name, text.replace(old, new))

    def append(self, name: str, line: str) -> None:
        self.write(name, self.text(name) + line + "\n")

    def remove(self, name: str) -> None:
        (self.path / name).unlink()
