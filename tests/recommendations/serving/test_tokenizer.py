"""The real tokenizer, in the process that alone may hold it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from recommendations.services.indexing import Indexer
from tests.analytics.plain_sql import rows
from tests.recommendations.telling import changed, tell

ROOT = Path(__file__).resolve().parents[3]
WORDS = """
from recommendations.content.tokenizer import KoreanTokenizer

for words in KoreanTokenizer().words(["국내산 배추로 담근 김치찌개용 김치 1kg", "", "Organic Kimchi"]):
    print(" ".join(words))
"""
HELD = """
import django, os, sys

django.setup()
from xlcfi.events.registry import discover

discover()
from recommendations.jobs import products_index
import recommendations.api.urls

print([name for name in ("kiwipiepy", "numpy", "scipy") if name in sys.modules])
"""


def printed(code):
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"DEPLOYMENT": "test", "DJANGO_SETTINGS_MODULE": "xlcfi.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_particles_and_endings_are_taken_off_and_compounds_found():
    korean, nothing, english = printed(WORDS)
    assert {"국내", "배추", "김치", "찌개"} <= set(korean.split())
    assert not {"로", "1", "산", "용", "배추로"} & set(korean.split())
    assert nothing == ""
    assert english == "organic kimchi"


def test_neither_a_consumer_nor_the_web_process_holds_the_tokenizer():
    assert printed(HELD)[-1] == "[]"


@pytest.mark.django_db(transaction=True)
def test_a_new_products_text_is_tokenized_by_a_process_that_a_consumer_starts(market):
    from recommendations.jobs import products_index

    product = market.product(name="묵은지 김치", description="전라도에서 담근 김치")
    tell(changed(product))
    products_index()
    indexer = Indexer()
    database = connection.settings_dict
    place = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = place
    try:
        assert indexer.start_if_needed() is True
        assert indexer.start_if_needed() is False
        for _ in range(600):
            if rows("SELECT words_at IS NOT NULL FROM product_texts")[0][0]:
                break
            indexer._process.poll()
            assert indexer._process.returncode is None
            subprocess.run(["sleep", "0.1"], check=True)
    finally:
        indexer.end()
        if before is not None:
            os.environ["DATABASE_URL"] = before
    found = {row[0] for row in rows("SELECT term FROM product_terms WHERE term NOT LIKE '#%%'")}
    assert {"묵은지", "김치", "전라도"} <= found
