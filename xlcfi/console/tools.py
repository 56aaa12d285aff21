"""What an app puts beside the title of every page with a choice in its address, and below every list.

@page_tool
def save_view(request):                     # None: nothing for this person, or for this page
    return "analytics/save_view.html", {"address": request.get_full_path()}
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Tool = Callable[[HttpRequest], tuple[str, dict[str, Any]] | None]
_tools: list[Tool] = []


def page_tool(tool: Tool) -> Tool:
    """Registers a tool: it gives its template and what that needs."""
    _tools.append(tool)
    return tool


def tools_for(request: HttpRequest) -> list[tuple[str, dict[str, Any]]]:
    """The tools that this request's page shows."""
    return [shown for tool in _tools if (shown := tool(request)) is not None]
