"""Languages told from small words and scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.languages import NAMES, language

SENTENCES = {
    "en": "You can return the shoes within thirty days if they have not been worn.",
    "de": "Sie können die Schuhe innerhalb von dreißig Tagen zurückgeben, wenn sie nicht getragen wurden.",
    "fr": "Vous pouvez rendre les chaussures dans les trente jours si elles n'ont pas été portées.",
    "es": "Puede devolver los zapatos en treinta días si no los ha usado.",
    "pt": "Você pode devolver os sapatos em trinta dias se não os tiver usado.",
    "it": "Può restituire le scarpe entro trenta giorni se non sono state usate.",
    "nl": "U kunt de schoenen binnen dertig dagen terugsturen als ze niet gedragen zijn.",
    "sv": "Du kan lämna tillbaka skorna inom trettio dagar om de inte har använts.",
    "da": "Du kan levere skoene tilbage inden for tredive dage, hvis de ikke er brugt.",
    "pl": "Możesz zwrócić buty w ciągu trzydziestu dni, jeśli nie były noszone.",
    "tr": "Ayakkabıları otuz gün içinde iade edebilirsiniz, ama bunun için fatura var olmalı ve temiz olmalı.",
    "fi": "Voit palauttaa kengät kolmenkymmenen päivän kuluessa, jos niitä ei ole käytetty ja sinulla on kuitti.",
    "cs": "Boty můžete vrátit do třiceti dnů, pokud je jste ještě nenosili a máte účet.",
    "ro": "Puteți returna pantofii în treizeci de zile dacă nu au fost purtați și aveți bonul.",
    "hu": "A cipőt harminc napon belül vissza lehet küldeni, ha még nem volt használva és van számla.",
    "id": "Anda dapat mengembalikan sepatu dalam tiga puluh hari jika belum dipakai.",
    "vi": "Bạn có thể trả lại giày trong ba mươi ngày nếu chưa sử dụng.",
    "ru": "Вы можете вернуть обувь в течение тридцати дней, если она не была в носке.",
    "uk": "Ви можете повернути взуття протягом тридцяти днів, якщо його ще не носили.",
    "bg": "Можете да върнете обувките до тридесет дни, ако не са носени.",
    "ar": "يمكن لك أن تعيد الحذاء في خلال ثلاثين يوما إذا لم يستخدم بعد.",
    "fa": "شما می‌توانید کفش را تا سی روز پس بدهید اگر از آن استفاده نشده است.",
    "ur": "آپ جوتے تیس دن میں واپس کر سکتے ہیں اگر وہ پہنے نہیں گئے۔",
    "ja": "未使用の場合は、三十日以内に靴を返品できます。",
    "ko": "신발을 신지 않았다면 삼십 일 이내에 반품할 수 있습니다.",
    "zh": "如果鞋子没有穿过，您可以在三十天内退货。",
    "el": "Μπορείτε να επιστρέψετε τα παπούτσια μέσα σε τριάντα ημέρες.",
    "he": "אפשר להחזיר את הנעליים בתוך שלושים יום אם לא נעלו אותן.",
    "hi": "आप तीस दिनों के भीतर जूते वापस कर सकते हैं।",
    "th": "คุณสามารถคืนรองเท้าได้ภายในสามสิบวัน",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_told(code: str) -> None:
    assert language(SENTENCES[code]) == code


def test_at_least_twelve_languages_have_a_name() -> None:
    assert set(SENTENCES) <= set(NAMES)
    assert len(SENTENCES) >= 12


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OK",
        "Casa Blanca",
        "Rua Augusta 12, 1100-048 Lisboa",
        "Eva Müller, Søren Kierkegaard, José Saramago",
        "INFORM(time=half past 11); REQUEST(city)",
        "4 8 15 16 23 42",
        "Ελλάδα",
        "東京",
    ],
)
def test_names_numbers_and_short_texts_get_no_answer(text: str) -> None:
    assert language(text) is None


@given(st.sampled_from(sorted(SENTENCES)), st.sampled_from(["Lidl", "iPhone 15", "Rossmann", "https://example.com"]))
def test_a_name_at_the_end_changes_nothing(code: str, name: str) -> None:
    assert language(f"{SENTENCES[code]} {name}") == code
