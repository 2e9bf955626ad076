from appliance.web.translated import translated_page, translated_script
from appliance.words.po import read_po

GERMAN = read_po(
    'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);"\n'
    'msgid "Now"\nmsgstr "Jetzt"\nmsgid "You & I"\nmsgstr "Du & \\"ich\\" < wir"\n'
    'msgid "{count} song"\nmsgid_plural "{count} songs"\nmsgstr[0] "{count} Lied"\nmsgstr[1] "{count} Lieder"\n'
)


def test_a_script_has_the_readers_words_in_its_literals() -> None:
    source = 'say(t("Now"), t(\n  "You & I", { a }), at("Now"), list.t("Now"), "Now", t(now));'
    assert translated_script(source, GERMAN) == (
        'say(t("Jetzt"), t("Du & \\"ich\\" < wir", { a }), at("Now"), list.t("Now"), "Now", t(now));'
    )


def test_a_count_has_both_forms() -> None:
    source = 'tn("{count} song", "{count} songs", n)'
    assert translated_script(source, GERMAN) == 'tn("{count} Lied", "{count} Lieder", n)'


def test_a_page_has_the_readers_words_in_texts_and_attributes() -> None:
    source = (
        '<!doctype html>\n<html lang="en">\n<h1 id="Now"> Now </h1><p alt="Now" id="Now">You &amp; I<br>{now}</p>\n'
        "<!-- Now --></html>\n"
    )
    assert translated_page(source, GERMAN, "de") == (
        '<!doctype html>\n<html lang="de">\n<h1 id="Now"> Jetzt </h1><p alt="Jetzt" id="Now">Du &amp; "ich" &lt; wir'
        "<br>{now}</p>\n<!-- Now --></html>\n"
    )
