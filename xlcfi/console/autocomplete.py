"""What a filter's field finds while one types: bounded in rows and in time, personal data masked as everywhere."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, JsonResponse

from xlcfi.console.limits import TooSlow, statement_limit, too_slow_words

LOOKUP_SECONDS = 1.5


class BoundedAutocomplete(AutocompleteJsonView):
    """Django's, with a limit: what takes too long says so instead of finding nothing."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        try:
            with statement_limit(seconds=LOOKUP_SECONDS):
                answer: Any = super().get(request, *args, **kwargs)
                return answer  # type: ignore[no-any-return]
        except TooSlow:
            return JsonResponse({"results": [], "pagination": {"more": False}, "too_slow": too_slow_words()})

    def get_queryset(self) -> Any:
        return super().get_queryset().order_by("pk")

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        hide = getattr(self.model_admin, "masked_row", None)
        row = obj if hide is None else hide(self.request, obj)
        found: dict[str, str] = super().serialize_result(row, to_field_name)
        return found
