"""The last line of a screen: the keys of the pane with the focus, as many as there is room for."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class Keys(Footer):
    """Textual's footer, of which nothing is cut off: what has no room is left out.

    The first to go is the palette's key, then the last but those that leave; the help has them all.
    """

    def compose(self) -> ComposeResult:
        keys: list[Widget] = list(super().compose())
        room = self.screen.size.width
        while len(keys) > 1 and sum(map(_width, keys)) > room:
            palette = "-command-palette" in keys[-1].classes
            keys.pop(-1 if palette else -2)
        self.styles.grid_size_columns = len(keys)
        yield from keys

    def on_resize(self) -> None:
        self.refresh(recompose=True)


def _width(key: Widget) -> int:
    """Cells of a key with its description, and the blanks around and between them."""
    if not isinstance(key, FooterKey):
        return 0
    border = 2 if "-command-palette" in key.classes else 0
    return cell_len(key.key_display) + 1 + cell_len(key.description) + 1 + border
