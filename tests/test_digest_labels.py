from __future__ import annotations

from digest.labels import Lead, label


def lead(title: str, text: str, language: str = "en", url: str | None = None) -> Lead:
    return Lead(title=title, text=text, language=language, url=url)


DAM = [
    lead("What a week - Reuters", "Seepage at Eastgate dam rose again, the Water Department said.", "en"),
    lead("Seepage at Eastgate dam rises - Reuters", "Seepage rose to 19 litres, the Water Department said.", "en"),
    lead("Divers inspect Eastgate dam", "Divers look at the seepage in the Eastgate dam.", "en"),
]


def test_the_headline_is_the_title_nearest_to_the_centre_without_its_outlet():
    assert label(DAM).headline == "Seepage at Eastgate dam rises"


def test_a_chinese_story_has_a_headline_without_its_outlet_and_terms_of_its_own():
    found = label([lead("东门水库渗流量上升 | 新华网", "水务局说，东门水库渗流量升至每分钟十九升。", "zh")] * 2)
    assert found.headline == "东门水库渗流量上升"
    assert "水库" in found.terms + found.names or any("水库" in each for each in found.terms + found.names)


def test_names_and_terms_are_what_several_documents_share():
    found = label(DAM)
    assert any("Eastgate" in name for name in found.names)
    assert "seepage" in found.terms
    assert not {"week", "said"} & set(found.terms)


def test_the_language_of_most_documents_counts():
    assert label([*DAM, lead("东门水库", "东门水库渗流量上升。", "zh")]).language == "en"


def test_days_months_and_currencies_are_no_names_of_a_story():
    texts = ("The dam at Eastgate closed on Monday in November for EUR 2 million.", "In Eastgate, EUR 3 on a Monday.")
    found = label([lead("The Eastgate dam", text) for text in texts])
    assert found.names == ("Eastgate",)
