"""Which language a text is written in, told from its small words and its script. Read by checks and by the
filter `lang:`.

A table of our own, no model: small words (articles, pronouns, prepositions, forms of to be) make a third to half
of running text in these languages, names and borrowed words none of it, so names alone are never taken for a
language. Texts of fewer than four words, and those in which two languages come close, get no answer. Scripts that
one widely written language uses answer by themselves.

The lists were written for this file. Each word counts for every language that has it; the language that knows most
of the words is the answer.
"""

import re
from functools import lru_cache

from curator.text import words

# The languages are the lines' first words; what is compared is casefolded.
_SMALL_WORDS = """
en a the of and to in is it that for you was on are with as be at this have from or had by but not what all were we when
   your can said there use an each which she do how their if will up other about out many then them these so some her
   would make like him into has look more go no could my than been who its now did get i he they his our us me just
   any please because does don't i'm it's you're here where very also should am why thank thanks want need know
   help find new add sure let made after before over since while such only own same too most
de der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass
   sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch
   man sein wurde sei ich du wir ihr mich dich uns euch mir dir ihnen ihre ihren unser mein dein kein keine was wer wo
   wann warum wenn dann hier bitte danke kann können muss müssen soll möchte habe bin bist gibt ja nein sehr schon
   innerhalb tag tage tagen heute morgen könnten wollen würde würden hätte alle alles etwas nichts immer wieder dieser
   diese dieses ihrer seine seinen ihm ihn unter gegen ohne deshalb leider vielen sowie bestellung uhr
fr le la les de des du et un une est en que qui dans pour pas sur au aux avec ce il elle ne se plus par je vous nous
   son sa ses ont sont mais comme ou où cette ces leur leurs on tout été être avoir fait faire peut même aussi bien
   sans votre vos notre nos mon ma mes ton tu te moi toi lui y à suis es êtes sommes avez avons ai c'est n'est j'ai
   qu'il d'un d'une l'on quoi quand comment pourquoi très merci oui non si ici alors cela ça deux
   pouvez pouvons pourriez pourrait peuvent jour jours aujourd'hui demain sous entre dès chez contre donc puis encore
   toujours rien chaque autre autres quel quelle voici voilà bonjour s'il plaît doit devez veuillez était
   fois sera serez afin lors dont d'abord heure heures ouvre ferme semaine
es el la los las de del y un una que en es por para con no se lo su sus al como más pero le ya o este esta esto estos
   sí porque cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros
   ese eso ante ellos e mi mis tu tus te yo él ella usted ustedes soy eres somos son está están estoy ser tiene tengo
   puede puedo qué cómo cuál dónde cuándo gracias hola bien hacer quiero fue ha han he era si
   puedes pueden podría podrías día días hoy mañana dentro después antes siempre nunca cada otro otra otras debe debes
   hacia según aunque tan tanto cual estas esa favor señor disculpe podemos tenemos tienes sea será plazo
pt o a os as de do da dos das e um uma que em no na nos nas é por para com não se mais mas como ao aos foi ele ela
   seu sua ou ser quando muito há já está eu também só pelo pela até isso entre era depois sem mesmo ter seus quem
   me esse eles estão você vocês tem têm sou são somos estou isto esta este meu minha teu tua nosso pode posso qual
   onde porque obrigado obrigada sim bem fazer quero foram nem aqui lhe às à num numa
   podem podemos poderia dia dias hoje amanhã dentro antes sempre nunca cada outro outra outros deve deverá nada ainda
   favor olá prazo pelos pelas nossa vai ir sobre será tudo todos todas fica ficam aberto aberta horas semana
it il lo la i gli le di del della dei delle dello e un una uno che in non è per con si da dal dalla al alla nel nella
   sono come ma più anche a su ho hai ha abbiamo hanno questo questa questi queste quello mi ti ci vi suo sua loro
   se o io tu lui lei noi voi essere sei siamo era stato fare molto cosa quando dove perché chi quale ciao grazie
   bene ne tutto tutti ogni dopo prima senza solo può posso vuoi voglio c'è sì degli alle agli fra tra
   puoi possono potete potrebbe giorno giorni oggi domani entro sempre mai altro altra altri deve dovete dall'acquisto
   quindi ancora poi proprio ore buongiorno cortesia favore possibile vostro nostra nostro
   sarà avete
nl de het een en van in is dat die te niet op zijn met voor er aan om als maar dan ze bij ook uit wat nog naar wel
   door tot over hij zij wij we je jij jullie ik mij mijn jouw uw hun haar ons onze deze dit daar hier hebben heeft
   heb hebt was waren worden wordt kan kunnen kunt moet zou zal zullen geen of meer veel waar waarom hoe wie wanneer
   dank ja nee goed u bent ben gaan doen iets niets alleen alle
   dag dagen binnen vandaag morgen graag alsjeblieft alstublieft mogen altijd nooit elke andere omdat zodat tussen
   zonder tegen sinds onder uren weer welke zeer
sv och att det i en som på är av för med den till inte har de ett om var jag men han vi så från vid kan du man sig
   eller hon när nu hade nej ja mycket vad där här hur varför vem över efter sin mig dig er oss min din ditt vår
   deras skall ska skulle vill kommer finns inga något några alla mot under bara bra tack blir blev också då utan
   mer än detta denna dessa dem ut upp vara få får göra gör
   inom dag dagar idag imorgon gärna alltid aldrig varje andra eftersom mellan sedan vilken vilket snälla behöver
   kunna måste någon samt vänligen timmar
da og at det i en som på er av af for med den til ikke har de et om var jeg men han vi så fra ved kan du man seg sig
   eller hun når nu nå hadde havde nei nej ja mye meget hva hvad der her hvor hvorfor hvem over etter efter sin meg mig
   deg dig dere jer oss os min din ditt dit vår vores deres skal skulle vil kommer finnes findes ingen noe noget noen
   nogle alle mod under kun bare bra godt takk tak blir bliver ble blev også da uten uden mer mere enn end dette denne
   disse dem ut ud opp op være få får gjøre gøre gjør gør hvordan hvornår ikkje
   inden dag dage dager innen altid alltid aldri aldrig andre fordi mellem mellom siden hvilken behøver trenger kunne
   må gerne gjerne venligst vennligst timer
pl i w na z do się nie to że jest o jak za po co od a ale dla przez ten ta tego tym są być był była było może można
   jego jej ich mnie mi ja ty on ona my wy oni pan pani czy tak już tylko też także lub oraz przy pod nad bez który
   która które gdzie kiedy dlaczego kto bardzo dziękuję proszę mam masz ma mamy mają jestem jesteś mój moja twój
   tej tych te jeśli ponieważ więc gdy ze we ci cię czego
   ciągu dni dzień dziś jutro zawsze nigdy każdy inny inne między przed bo tutaj teraz możesz możecie dziękujemy
   naszej nasz nasze wszystkie państwo będzie został została trzeba nic coś
tr ve bir bu da de için ile ne mi mı mu mü çok daha gibi kadar ama o ben sen biz siz onlar var yok olarak olan
   değil ya en her şey nasıl neden niçin kim hangi nerede zaman sonra önce şu bana sana ona beni seni onu bize size
   evet hayır ki veya hem diye göre olduğu oldu olur lütfen teşekkür ederim iyi benim senin onun bizim sizin mısın
   misiniz musun istiyorum edebilir olabilir bunu şimdi ise tüm
   gün günü içinde bugün yarın hiç başka arasında tarafından edebilirsiniz yapabilirsiniz lazım gerekir bazı bütün
   hiçbir sadece artık
fi ja on ei että se hän oli mutta ovat olla kun niin kuin myös joka tai mitä minä sinä me te he minun sinun hänen
   meidän teidän heidän tämä nämä ne jos vain nyt sitten siitä sen mukaan olen olet olemme olisi voi voit voin voivat
   pitää missä miksi miten kuka mikä milloin hyvin kiitos kyllä ole eivät emme mitään jotka koska vielä enemmän
   ennen jälkeen kanssa ilman sekä tässä siellä täällä tätä sitä teitä minua minulla
cs a se v na je že to s z o do i ve pro si jsem jsi jsme jste jsou ale jako za by tak po co když který která které
   nebo už bylo byl byla být jak jen ze od není ne ano mi mě ty já on ona my vy oni ho mu jeho její jejich tento tato
   tyto kde kdy proč kdo jaký velmi děkuji děkuju prosím dobře mám máte má můj tvůj náš váš také podle před při
   mezi bez než pokud může můžete jejíž
   dnů dny den dnes zítra vždy nikdy každý jiný během můžeme lze potřebujete všechny něco nic tady teď děkujeme
ro și în de la a cu pe nu că este un o din pentru care sunt ce mai se să au fi al ale lui ca sau dar prin după
   era fost am ai are avem aveți eu tu el ea noi voi ei ele acest această aceste cum unde când cine foarte mulțumesc
   vă rog da bine dacă doar toate tot între fără până îmi îți lor sa său sale ne te mă poate poți îl
hu a az és hogy nem is egy van de meg ez mint csak volt ha már vagy el ki be én te ő mi ti ők még nagyon itt ott mit
   mi miért hol mikor hogyan kell lehet ezt azt ezek azok minden aki ami amely igen köszönöm kérem jó lesz vannak
   vagyok vagyunk nekem neked után előtt között nélkül szerint pedig akkor most tudom tud lenne le fel sem
id yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka lebih
   kata tahun sudah atau saat oleh menjadi orang ia telah adalah seperti sebagai bahwa dapat para harus kami kita
   anda kamu aku dia apa siapa mana kapan mengapa bagaimana kenapa terima kasih tolong silakan iya bukan jika
   belum masih banyak sangat hanya sebuah semua lain setelah sebelum antara tanpa
   hari mengembalikan besok selalu setiap kembali silahkan boleh perlu sekarang sini sana secara
vi và của là có được cho trong không với các một những này đã khi người để từ ra như về đến sẽ cũng nhưng tôi bạn
   anh chị em ông bà chúng họ nó gì nào đâu sao thế vì nếu thì mà hay hoặc rất nhiều lại vào lên xuống đi làm
   cảm ơn vâng dạ ạ đó đây ấy tại theo sau trước trên dưới giữa bởi phải cần
   ngày hôm nay luôn mỗi khác vui lòng quý khách
ru и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой вы так о же от бы для как
   мне его её их ты меня вас нас вам нам уже или если есть нет да был была было были только ещё еще когда где
   почему кто чем тоже можно надо нужно очень мой моя ваш ваша наш наша чтобы до при спасибо пожалуйста может
   можете можем течение дней дня день сегодня завтра всегда никогда каждый другой между под без через после перед
   потом этого эта эти такой сейчас здесь
uk і в не на я бути він з що а по це вона цей до але вони ми весь який із у то за свій ви так о ж від би для як
   мені його її їх ти мене вас нас вам нам вже або якщо є немає ні був була було були тільки ще коли де чому хто
   теж можна треба дуже мій моя ваш ваша наш щоб при дякую та й ласка може про під також
   можете можемо протягом днів дня день сьогодні завтра завжди ніколи кожен інший між без через після перед потім
   цього ця ці такий зараз тут
bg и в не на аз съм той с че а по това тя този към но те ние който от у то за свой вие така о ще би как ми му й им
   ти мен вас нас вече или ако е няма да беше бяха само още кога къде защо кой също може трябва много мой моя ваш
   наш до при благодаря моля са се си ли има една един какво със във можете можем можеш ден дни днес без след преди
   между под сега тук тази тези този всички нищо нещо което която които
ar في من على إلى عن مع هذا هذه ذلك التي الذي أن إن لا ما هل كان كانت هو هي أنا نحن أنت هم لم لن قد كل بعد قبل
   عند أو ثم حتى لكن إذا كيف متى أين لماذا نعم شكرا غير بين أي كما يمكن ليس هناك لقد وقد لك لي به فيه له لها
   يا منذ حيث خلال كنت
   يمكنك يمكننا يوم يوما يومًا أيام اليوم غدا دون بدون تحت فوق سوف أيضا أيضًا جدا جدًا فقط شيء بعض أنك إنه لأن وهو وهي
fa در به از که این را با است برای آن یک خود تا بر هم نیز ما من شما او آنها هر یا اما اگر چه چرا کجا چگونه بود شد
   شده می نمی باید شود کند کرد دارد هست نیست دارم کنم بله خیر ممنون لطفا لطفاً خیلی هستم هستید همه بین پس پیش بعد
   چند ای ها های کنید
ur کے کی ہے میں کا اور سے کو نے پر یہ کہ ہیں اس تھا تھی تھے وہ ایک نہیں بھی جو کر آپ ہم تو ہو کیا لیے گیا ہوں جی
   شکریہ کیسے کیوں کہاں کب کون تک بہت اپنے ان مجھے میرا میری رہا رہے رہی
"""
# Letters that few of these languages use: each different one found in a text counts as one small word.
_LETTERS = """
de äöüß
fr éèêëàâçîïôûùœ
es áéíóúñ¿¡
pt ãõáéíóúâêôç
it èéàòùì
nl ëï
sv åäö
da æøå
pl ąćęłńóśźż
tr ğışçöü
fi äö
cs ěščřžýáíéúů
ro ăâîșțşţ
hu áéíóöőúüű
vi ăâđêôơưạảấầẩậắằặẹẻẽếềểệỉịọỏốồổộớờởợụủứừửựỳ
ru ыэъё
uk іїєґ
bg ъ
ar ةىؤ
fa پچژگکی
ur ٹڈڑےں
"""
# A script and its language; Han stands last, because Japanese and Korean use it too.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("hi", re.compile(r"[\u0904-\u0939\u0958-\u0961]")),
    ("bn", re.compile(r"[\u0985-\u09b9]")),
    ("ta", re.compile(r"[\u0b85-\u0bb9]")),
    ("te", re.compile(r"[\u0c05-\u0c39]")),
    ("th", re.compile(r"[\u0e01-\u0e4e]")),
    ("ka", re.compile(r"[\u10d0-\u10fa]")),
    ("hy", re.compile(r"[\u0531-\u0587]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
)
_OTHER_SCRIPTS = re.compile(r"[\u0370-\u03ff\u0531-\u0587\u05d0-\u05ea\u0904-\u11ff\u1f00-\u1fff\u3041-\ud7a3]")
_LETTER = re.compile(r"[^\W\d_]")

NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian",
    "nl": "Dutch", "sv": "Swedish", "da": "Danish or Norwegian", "pl": "Polish", "tr": "Turkish",
    "fi": "Finnish", "cs": "Czech", "ro": "Romanian", "hu": "Hungarian", "id": "Indonesian", "vi": "Vietnamese",
    "ru": "Russian", "uk": "Ukrainian", "bg": "Bulgarian", "ar": "Arabic", "fa": "Persian", "ur": "Urdu",
    "ja": "Japanese", "ko": "Korean", "el": "Greek", "he": "Hebrew", "hi": "Hindi", "bn": "Bengali", "ta": "Tamil",
    "te": "Telugu", "th": "Thai", "ka": "Georgian", "hy": "Armenian", "zh": "Chinese",
}  # fmt: skip
# What an instruction names as the language to write in: "into German", "auf Deutsch", "en français".
# "in one short English sentence", "auf gutem Deutsch".
_TARGET = re.compile(
    r"\b(?:in|into|to|ins|auf|en|al|au|till|naar het)[ :]+(?:(?:the|an?|one|two|three|single|short|simple|plain"
    r"|clear|good"
    r"|correct|proper|formal|informal|friendly|british|american|einem|gutem|einfachem|kurzem|bon|enkel|god) +){0,3}"
    r"(\w{4,})",
    re.IGNORECASE,
)
_TARGETS = {name.casefold(): code for code, names in NAMES.items() for name in names.split(" or ")} | {
    "deutsch": "de", "deutsche": "de", "englisch": "en", "englische": "en", "französisch": "fr", "französische": "fr",
    "spanisch": "es", "spanische": "es", "allemand": "de", "anglais": "en", "français": "fr", "espagnol": "es",
    "alemán": "de", "inglés": "en", "francés": "fr", "español": "es", "alemão": "de", "inglês": "en",
    "português": "pt", "tedesco": "de", "inglese": "en", "francese": "fr", "italiano": "it", "duits": "de",
    "engels": "en", "frans": "fr", "nederlands": "nl", "engelska": "en", "svenska": "sv",
}  # fmt: skip
# What begins so is a program, a record or a page, and no running text.
_CODE = ("{", "[", "```", "<")
# So many words are looked at: enough to be sure, and counts of them fit in a byte.
_LOOKED_AT = 120
# Fewer words, or fewer small words among them, and the text is too short to tell.
_WORDS, _KNOWN = 4, 2
# Letters of a script that are enough to be no name: fewer where a letter is a syllable. Japanese has Han words too.
_LETTERS_OF, _SYLLABLES = 10, {"ja": 6, "ko": 6, "zh": 8}
# The share of the words that the language must know, and how far it must be ahead of the next one.
_SHARE, _AHEAD = 0.2, 2


def _listed() -> tuple[tuple[str, ...], dict[str, int]]:
    """The languages, and a number a word with a byte for each language that knows it: adding them up counts all."""
    lists: list[tuple[str, list[str]]] = []
    for line in _SMALL_WORDS.strip("\n").split("\n"):
        if line.startswith(" "):
            lists[-1][1].extend(line.split())
        else:
            code, *first = line.split()
            lists.append((code, first))
    table: dict[str, int] = {}
    for place, (_, small) in enumerate(lists):
        for word in set(small):
            table[word] = table.get(word, 0) + (1 << 8 * place)
    return tuple(code for code, _ in lists), table


_CODES, _TABLE = _listed()
_KNOWN_WORDS = frozenset(_TABLE)
_CUES = {
    letter: sum(1 << 8 * _CODES.index(line[:2]) for line in _LETTERS.split("\n") if letter in line[3:])
    for letter in set(_LETTERS) - set("abcdefghijklmnopqrstuvwxyz \n")
}


@lru_cache(maxsize=64)
def language(text: str) -> str | None:
    """The code of the language that this text is written in ("de"); None when it is too short or mixed to tell."""
    if not text.isascii() and _OTHER_SCRIPTS.search(text):
        found = _by_script(text[:1000])
        if found:
            return found
    seen = set(words(text)[:_LOOKED_AT])
    if len(seen) < _WORDS:
        return None
    total = sum([_TABLE[word] for word in seen & _KNOWN_WORDS])
    if not text.isascii():
        total += sum([_CUES.get(letter, 0) for letter in set(text[:1000].lower())])
    counts = total.to_bytes(len(_CODES), "little")
    best = max(counts)
    if best < _KNOWN or best < _SHARE * len(seen):
        return None
    place = counts.index(best)
    second = max(counts[:place] + counts[place + 1 :])
    return _CODES[place] if best - second >= max(_AHEAD, best // 6) else None


def prose_language(text: str) -> str | None:
    """The language of an output that is running text; None for code, too."""
    return None if text.startswith(_CODE) else language(text)


@lru_cache(maxsize=64)
def named_targets(asked: str) -> frozenset[str]:
    """The languages that an instruction names as those to write in."""
    return frozenset(_TARGETS[name] for name in map(str.casefold, _TARGET.findall(asked)) if name in _TARGETS)


def hints(text: str, code: str) -> int:
    """How many different words and letters of a text this language knows, be the text ever so short."""
    if code not in _CODES:
        return 3 if _by_script(text * 10) == code else 0
    place = 8 * _CODES.index(code)
    known = [_TABLE.get(word, 0) for word in set(words(text))] + [_CUES.get(letter, 0) for letter in set(text.lower())]
    return sum([count >> place & 1 for count in known])


def _by_script(text: str) -> str | None:
    """The language of a script that is one language's own, when most letters are of it."""
    letters = len(_LETTER.findall(text))
    for code, script in _SCRIPTS:
        count = len(script.findall(text))
        if code == "ja" and count:  # written with Han characters in between
            count += len(_SCRIPTS[-1][1].findall(text))
        if count >= _SYLLABLES.get(code, _LETTERS_OF) and 2 * count > letters:
            return code
    return None
