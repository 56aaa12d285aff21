"""The glossary is whole: both languages, plain SQL, places that exist, found by words."""

import re

import pytest
from django.db import connection
from django.urls import URLPattern, get_resolver

from analytics.glossary.book import ENTRIES, SUBJECTS, subjects_matching
from analytics.glossary.entry import Entry, Text
from xlcfi.platform.schema import PLATFORM_TABLES


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_whole_in_both_languages_and_its_sql_one_plain_statement(key):
    entry = ENTRIES[key]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", key)
    for text in (entry.name, entry.meaning):
        assert text.en
        assert re.search("[가-힣]", text.ko)
    assert re.match(r"(SELECT|WITH)\b", entry.sql)
    assert ";" not in entry.sql
    # What it says of its tables is what it reads.
    named = set(re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)", entry.sql))
    known = set(PLATFORM_TABLES) | set(connection.introspection.django_table_names())
    assert named & known == set(entry.sources)


def test_keys_are_anchors_of_one_entry_each():
    keys = [entry.key for subject in SUBJECTS for entry in subject.entries]
    assert len(keys) == len(set(keys)) == len(ENTRIES) >= 50
    assert not {subject.key for subject in SUBJECTS} & set(keys)


def test_every_path_that_an_entry_names_exists():
    routes = set()

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                routes.add(re.sub(r"<\w+:\w+>", "{}", route))
            else:
                walk(pattern.url_patterns, route)

    walk(get_resolver().url_patterns, "")
    for entry in ENTRIES.values():
        for place in entry.places:
            for path in re.findall(r"GET ([a-z/{}_-]+)", place):
                assert "v1/" + re.sub(r"{\w+}", "{}", path) in routes, (entry.key, path)


def test_parameters_are_found_and_casts_and_per_cents_are_left_alone():
    entry = Entry("k", Text("", ""), Text("", ""), "", (), "SELECT '50 %', :from::date, :to, :top", ())
    assert entry.statement == "SELECT '50 %%', %(from)s::date, %(to)s, :top"


def test_words_in_either_language_find_entries():
    def found(words):
        return [entry.key for subject in subjects_matching(words) for entry in subject.entries]

    assert "net_revenue" in found("Net REVENUE")
    assert "net_revenue" in found("순매출")
    assert "retention" in found("유지율")
    assert "agreement" in found("ledger_checks")
    assert found("no such words at all") == []
    assert len(found("")) == len(ENTRIES)
