"""The paths for machines as Django views. They need no credentials, no host name, no database and no session."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xlcfi.errors import MethodNotAllowed
from xlcfi.observability.answers import ANSWERS, Answer, refused

View = Callable[[HttpRequest], HttpResponse]


def _view(answer: Callable[[], Answer]) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            given, headers = answer(), {}
        else:
            given, headers = refused(MethodNotAllowed()), {"Allow": "GET, HEAD"}
        return HttpResponse(
            given.body,
            status=given.status,
            content_type=given.content_type,
            headers={"Cache-Control": "no-store", **given.headers, **headers},
        )

    return view


VIEWS: dict[str, View] = {path: _view(answer) for path, answer in ANSWERS.items()}
"""By path, without the slash in front."""
