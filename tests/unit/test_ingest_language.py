# ruff: noqa: RUF001 - other languages have letters of their own

from __future__ import annotations

import time

import pytest

from tasks.ingest.language import other_language

ENGLISH = {
    "prose": "The foreign ministers of the two countries met in Geneva on Tuesday and said that they would resume "
    "talks on fishing rights next month.",
    "short": "Ministers meet in Geneva.",
    "headline": "MINISTERS MEET IN GENEVA TO DISCUSS FISHING RIGHTS AFTER YEAR OF SILENCE; DEAL SEEN NEAR, ENVOYS SAY",
    "market report": "Shr 45 cts vs 38 cts. Net 1,234,000 vs 980,000. Revs 14.3 mln vs 12.9 mln. Avg shrs 2.7 mln "
    "vs 2.6 mln. Nine mths: shr 1.12 dlrs vs 98 cts. Net 3.1 mln vs 2.7 mln. Revs 40.1 mln vs 36.6 mln. " * 3,
    "table": "Gold 402.10 up 1.20\nSilver 5.61 off 0.02\nPlatinum 530.50 up 4.00\nCopper 65.40 unch\n" * 6,
    "numbers": "1 234 567 890 " * 40,
    "names": "Present: Abdulla Al-Tamim, Giovanni Ferri, Sigrun Jonsdottir, Vaclav Novy, Nguyen Van Thao, Oyelaran "
    "Adebisi, Kazimierz Wojnar, Tarja Lindroos, Ximena Etxebarri, Gheorghe Popa.",
    "names in prose": "Sigrun Jonsdottir of Reykjavik and Vaclav Novy of Ceske Budejovice were received by Gheorghe "
    "Popa, who said the Hospodarske Noviny and Morgunbladid reports were wrong.",
    "with a French quotation": "The minister said the decision was regrettable. « Les discussions avec nos partenaires "
    "ont été constructives », he added, before the delegation left the room with its French hosts.",
    "after a preamble": "Les deux ministres se sont rencontrés mardi à Genève. " * 10
    + "The ministers of the two countries met in Geneva and said that talks would resume with the others. "
    * 30,
}
OTHERS = {
    "fr": "Les ministres des Affaires étrangères des deux pays se sont rencontrés mardi à Genève et ont annoncé la "
    "reprise des négociations sur les droits de pêche le mois prochain.",
    "de": "Die Außenminister beider Länder trafen sich am Dienstag in Genf und kündigten an, die Gespräche über "
    "Fischereirechte im nächsten Monat wieder aufzunehmen.",
    "es": "Los ministros de Exteriores de ambos países se reunieron el martes en Ginebra y anunciaron que reanudarán "
    "el próximo mes las negociaciones sobre los derechos de pesca.",
    "da": "Udenrigsministrene fra de to lande mødtes tirsdag i Genève og sagde, at forhandlingerne om "
    "fiskerirettigheder genoptages i næste måned.",
    "nl": "De ministers van Buitenlandse Zaken van beide landen ontmoetten elkaar dinsdag in Genève en zeiden dat het "
    "overleg over visrechten volgende maand wordt hervat.",
    "id": "Menteri luar negeri kedua negara bertemu di Jenewa pada hari Selasa dan mengatakan bahwa perundingan "
    "tentang hak penangkapan ikan akan dilanjutkan bulan depan.",
    "tr": "İki ülkenin dışişleri bakanları salı günü Cenevre'de bir araya geldi ve balıkçılık haklarına ilişkin "
    "görüşmelerin gelecek ay yeniden başlayacağını söyledi.",
    "ru": "Министры иностранных дел двух стран встретились во вторник в Женеве и заявили, что переговоры возобновятся.",
    "zh": "两国外交部长星期二在日内瓦举行会晤，并表示将于下个月恢复有关捕鱼权的谈判。",
    "ar": "التقى وزيرا خارجية البلدين يوم الثلاثاء في جنيف وقالا إن المحادثات بشأن حقوق الصيد ستستأنف الشهر المقبل.",
}


@pytest.mark.parametrize("text", ENGLISH.values(), ids=ENGLISH)
def test_english_and_what_is_in_doubt_pass(text):
    assert other_language(text) is None


@pytest.mark.parametrize(("language", "text"), OTHERS.items(), ids=OTHERS)
def test_another_language(language, text):
    assert other_language(text) == language
    assert other_language(text * 40) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "\ud800" * 500,
        "\u200b" * 500,
        "🙂" * 500,
        "-" * 10_000,
        "Les ministres se rencontrent.",
        "\0\1",
    ],
)
def test_nothing_to_go_by_passes(text):
    assert other_language(text) is None


def test_a_long_text_costs_as_much_as_a_short_one():
    other_language(OTHERS["fr"])
    started = time.process_time()
    assert other_language(OTHERS["fr"] * 6_000) == "fr"
    assert time.process_time() - started < 1
