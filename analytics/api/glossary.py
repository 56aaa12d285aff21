"""The glossary over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.glossary.book import subjects_matching
from analytics.glossary.entry import Entry, Text
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class TextPart(serializers.Serializer[None]):
    """The same in both languages."""

    ko = serializers.CharField()
    en = serializers.CharField()


class EntryPart(serializers.Serializer[None]):
    """A figure. sql: one SELECT with the parameters :from and :to, Seoul days."""

    key = serializers.CharField()
    name = TextPart()
    meaning = TextPart()
    formula = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())
    sql = serializers.CharField()
    places = serializers.ListField(child=serializers.CharField())


class SubjectPart(serializers.Serializer[None]):
    """Entries that belong together."""

    key = serializers.CharField()
    name = TextPart()
    entries = EntryPart(many=True)


class GlossaryAnswer(serializers.Serializer[None]):
    """The entries that match, by subject."""

    count = serializers.IntegerField()
    subjects = SubjectPart(many=True)


class GlossaryView(DataView):
    """What every figure means."""

    access = Access.ADMIN
    Answer = GlossaryAnswer

    class Query(serializers.Serializer[None]):
        """Words in Korean or English, all of which an entry has to hold."""

        q = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """The definition, formula, tables and SQL of every figure, in Korean and English.

        모든 수치의 정의와 계산식, 테이블, SQL (한국어, 영어).
        """
        found = subjects_matching(self.parse(self.Query)["q"])
        return Response(
            {
                "count": sum(len(subject.entries) for subject in found),
                "subjects": [
                    {
                        "key": subject.key,
                        "name": _text(subject.name),
                        "entries": [_entry(entry) for entry in subject.entries],
                    }
                    for subject in found
                ],
            }
        )


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "name": _text(entry.name),
        "meaning": _text(entry.meaning),
        "formula": entry.formula,
        "sources": list(entry.sources),
        "sql": entry.sql,
        "places": list(entry.places),
    }


def _text(text: Text) -> dict[str, str]:
    return {"ko": text.ko, "en": text.en}
