"""How requests for facts and for behaviour are worded, in English, German, French, Spanish and Swedish.

Closed classes of words only (question words, verbs of asking, pronouns, modal verbs): lists of topics or of names
would fit the sets that they were seen in and no other.
"""

import re

from curator.knowledge.cues import Cues

#: Question words.
WH = 1 << 0
#: Verbs that begin a question of yes or no.
YES_NO = 1 << 1
#: Verbs that ask for what is known, at the head of a request.
RECALL = 1 << 2
#: Requests to judge a statement, or to complete one, by what is known.
VERIFY = 1 << 3
#: Verbs that ask for something to be made, at the head of a request.
MAKE = 1 << 4
#: What says that something is to be made of given words.
MADE_OF = 1 << 5
#: What is made up by its nature.
FICTION = 1 << 6
#: Requests that many answers do, and none is the right one.
OPEN = 1 << 7
#: Words that point at what stands beside the request.
REFERS = 1 << 8
#: Verbs that change the form of a text.
TRANSFORM = 1 << 9
#: Requests for one of a closed set.
CLASSIFY = 1 << 10
#: Questions for an amount.
CALCULATE = 1 << 11
#: Who is meant by a request, once the polite forms are off: the model itself.
YOU = 1 << 12
#: Verbs that say how to answer and ask nothing: "Reply with yes or no only."
REPLY = 1 << 17
#: Kinds of texts that are written on request.
WRITING = 1 << 18
FIRST_PERSON = 1 << 13
#: Words that conversation is made of.
CONVERSING = 1 << 14
#: How rules of an organisation are worded: what may, must, costs, and whose.
RULING = 1 << 15
REFUSAL = 1 << 16

#: How each cue is worded.
CUES = Cues(
    {
        WH: (
            "what ; who ; whom ; whose ; which ; when ; where ; why ; how",
            "wer ; wen ; wem ; wessen ; was ; wann ; wo ; wohin ; woher ; wie ; warum ; wieso ; weshalb",
            "welche[rsnm]?",
            "wieviele? ; womit ; wofür ; woran ; wodurch ; worauf",
            "qui ; que ; quoi ; quand ; où ; comment ; pourquoi ; quel(?:le)?s? ; combien ; qu'est-ce ; lequel",
            "laquelle",
            "quién(?:es)? ; qué ; cuándo ; dónde ; adónde ; cómo ; cuál(?:es)? ; cuánt[oa]s?",
            "vem ; vad ; när ; var ; vart ; hur ; varför ; vilken ; vilket ; vilka ; vems",
        ),
        YES_NO: (
            "is ; are ; am ; was ; were ; do ; does ; did ; can ; could ; will ; would ; has ; have ; had",
            "should ; may ; must",
            "isn't ; aren't ; don't ; doesn't ; can't ; won't",
            "ist ; sind ; hat ; haben ; habt ; kann ; kannst ; können ; darf ; dürfen ; muss ; müssen ; gibt",
            "war ; waren",
            "wird ; werden ; soll ; sollte ; bietet ; bieten ; gilt ; liefert ; liefern",
            "est-ce ; est-il ; est-elle ; sont-ils ; peut-on ; puis-je ; y a-t-il ; dois-je ; faut-il ; avez-vous",
            "êtes-vous",
            "es ; son ; está ; están ; hay ; puedo ; puede ; pueden ; tiene ; tienen ; debo ; se puede ; existe",
            "ofrecen",
            "är ; har ; får ; kan ; finns ; måste ; ska ; går ; behöver ; kommer ; ingår ; erbjuder ; gäller",
        ),
        RECALL: (
            "name ; list ; tell ; give ; recommend ; suggest ; describe ; explain ; define ; summari[sz]e",
            "provide ; identify",
            "state ; mention ; find ; show ; return ; compare ; outline ; discuss ; rank",
            "nenne\\w* ; erklär\\w* ; beschreib\\w* ; gib ; geben ; empfiehl ; empfehl\\w* ; zähl\\w* ; fass\\w*",
            "cite[zr]? ; nomme[zr]? ; expli\\w+ ; décri\\w+ ; donne\\w* ; énumère\\w* ; recommande\\w* ; résume\\w*",
            "nombra ; enumera ; dame ; da ; dime ; explica ; describe ; recomienda ; resume ; menciona ; indica",
            "nämn ; förklara ; beskriv ; ge ; berätta ; rekommendera ; sammanfatta ; räkna upp ; ange",
        ),
        VERIFY: (
            "true or false ; fact[- ]check\\w* ; factcheck\\w* ; factual\\w* ; verify ; is it true",
            "fill in the blanks? ; rank",
            "wahr oder falsch ; stimmt es ; vrai ou faux ; est-il vrai ; verdadero o falso ; es cierto",
            "sant eller falskt",
            "stämmer det",
        ),
        MAKE: (
            "write ; compose ; create ; generate ; draft ; design ; brainstorm ; come up ; coming up ; make",
            "build ; put ; use",
            "add ; complete ; continue ; turn ; form ; produce ; using",
            "schreib\\w* ; verfass\\w* ; entwirf ; entwerf\\w* ; erstell\\w* ; bilde ; mach\\w*",
            "écri\\w+ ; rédige\\w* ; crée\\w* ; compose[zr]? ; fais ; faites",
            "escrib\\w+ ; redact\\w+ ; crea ; compón ; elabora ; haz ; skriv ; skapa ; gör ; bilda",
        ),
        MADE_OF: ("a sentence ; concepts ; the (?:given|following) (?:words|keywords|concepts)",),
        FICTION: (
            "story ; stories ; poem ; haiku ; song ; lyrics ; limerick ; jokes? ; puns? ; riddles? ; slogan",
            "tagline ; plot",
            "scene ; dialogue ; pretend ; imagin\\w* ; fiction\\w* ; invent ; make up ; role-play ; roleplay\\w*",
            "creative\\w* ; fantasy ; gossips? ; rumou?rs?",
            "metaphors? ; analogy for ; names for an? ; titles for an? ; (?:name|title|theme|costume) ideas",
            "namen für ; titel für ; metapher\\w* ; noms pour ; titres pour ; métaphore ; nombres para ; títulos para",
            "metáfora ; namn (?:på|till|för) en ; titlar (?:på|till|för) ; metafor",
            "tale ; monologue ; rap ; caption ; fairy ; acrostic ; sonnet ; ballad ; shanty ; verses? ; fake",
            "dummy ; made-up ; in character ; dungeon master ; simulate ; persona",
            "game master ; npc",
            "gedicht ; geschichte ; witz ; märchen ; reim ; werbespruch ; lied ; erfinde\\w* ; rollenspiel ; szene",
            "poème ; histoire ; blague ; conte ; chanson ; slogan ; invente\\w* ; imagine\\w* ; scène",
            "poema ; cuento ; historia ; chiste ; canción ; eslogan ; inventa ; imagina ; escena",
            "dikt ; berättelse ; saga ; skämt ; sång ; hitta på ; påhittad ; rollspel ; vits",
        ),
        OPEN: (
            "your (?:opinion|thoughts|favou?rite|view|plans?) ; in your ; how would you ; what would you",
            "do you think",
            "(?:tell|say|share|know) (?:me |us )?(?:something|anything) (?:nice|kind|good|funny|fun|cheerful|sweet"
            "|lovely|encouraging|positive|uplifting|silly|pretty)",
            "(?:erzähl|erzähle|sag|sage) (?:mir |uns )?(?:etwas|was) (?:nettes|schönes|lustiges|gutes|liebes)",
            "(?:dis|dites|raconte|racontez)(?:-moi|-nous)? quelque chose de (?:gentil|beau|joli|drôle)",
            "(?:dime|dinos|cuéntame|di) algo (?:bonito|lindo|divertido|amable|gracioso)",
            "(?:säg|berätta) (?:något|nåt) (?:fint|trevligt|roligt|snällt)",
            "do you (?:like|prefer|feel|love|hate|enjoy|dream|believe|sleep|eat)",
            "(?:have|did) you (?:ever )?(?:felt|feel|loved|love|dreamed|dream|enjoyed|enjoy|missed|miss)",
            "magst du ; mögen sie ; findest du ; gefällt dir ; aimes-tu ; tu aimes ; aimez-vous ; te gusta ; le gusta",
            "gillar du ; tycker du ; tips? ; advice ; ideas? ; suggestions? ; ways? to",
            "things to ; situation",
            "imagine ; brainstorm ; resolutions? ; should ; pick a side ; pros and cons ; what do i do ; is it ok",
            "good idea",
            "ideen ; vorschl\\w+ ; tipps ; ratschl\\w+ ; idées ; conseils ; astuces ; ideas ; consejos ; sugerencias",
            "idéer ; råd ; förslag ; tips",
        ),
        REFERS: (
            "this ; these ; following ; below ; above ; given",
            "the (?:text|passage|sentence|code|line|article|table)",
            "dies\\w* ; folgend\\w* ; unten ; oben ; (?:der|den|die|das) (?:text|satz|code|tabelle|auszug)",
            "cet(?:te)? ; ces ; suivant\\w* ; ci-dessous ; ci-dessus ; le (?:texte|passage|code)",
            "est[ea]s? ; siguientes? ; abajo ; arriba ; el (?:texto|pasaje|código)",
            "denna ; detta ; dessa ; den här ; det här ; följande ; nedan ; ovan ; (?:texten|koden)",
        ),
        TRANSFORM: (
            "translat\\w+ ; rewrit\\w+ ; re-write ; rephras\\w+ ; paraphras\\w+ ; summari[sz]\\w+ ; shorten",
            "simplif\\w+",
            "correct ; proofread ; convert\\w* ; extract\\w* ; reformat ; edit ; fix ; improve ; normali[sz]\\w*",
            "anonymi[sz]\\w* ; transliterat\\w* ; decode ; encode ; turn (?:this|the|it)",
            "make (?:this|it)",
            "übersetz\\w* ; umschreib\\w* ; formulier\\w* ; umformulier\\w* ; fass\\w* zusammen",
            "zusammenfass\\w* ; kürze\\w*",
            "korrigier\\w* ; vereinfach\\w* ; extrahier\\w*",
            "tradui\\w+ ; résum\\w+ ; reformul\\w+ ; corrig\\w+ ; simplifi\\w+ ; extrai\\w* ; extray\\w+",
            "traduc\\w+ ; traduz\\w* ; resum\\w+ ; reescrib\\w+ ; corrige ; extrae\\w* ; översätt ; sammanfatta",
            "skriv om",
            "rätta ; förenkla ; omformulera ; extrahera ; förkorta",
        ),
        CLASSIFY: (
            "classif\\w+ ; categor\\w+ ; labels? ; intents? ; sentiment ; topic ; choose ; pick ; select",
            "options? ; choices?",
            "positive or negative ; spam ; stars ; rate ; rating",
            "einordn\\w* ; klassifi\\w+ ; kategorie\\w* ; absicht ; stimmung ; wähle",
            "class(?:e|er|ez|ifi\\w*) ; catégorie\\w* ; intention ; choisi\\w* ; clasific\\w+ ; categoría\\w*",
            "intención",
            "elige ; klassificera\\w* ; kategori\\w* ; avsikt ; välj",
        ),
        CALCULATE: (
            "how many ; how much ; how long ; how far ; how old ; calculate ; compute ; total ; altogether ; each",
            "per ; times",
            "twice ; convert\\w* ; percent ; average ; sum ; remaining ; left",
            "wie viele? ; wieviele? ; berechne\\w* ; insgesamt ; combien ; calcule[zr]? ; au total ; cuánt[oa]s?",
            "calcula",
            "en total",
            "hur många ; hur mycket ; beräkna ; räkna ; sammanlagt ; totalt",
        ),
        YOU: (
            "you ; your ; yours ; yourself ; du ; dich ; dir ; dein\\w* ; ihnen ; tu ; toi ; ton ; tes ; vous",
            "votre ; vos",
            "tú ; te ; tus ; usted ; dig ; din ; ditt ; dina",
        ),
        FIRST_PERSON: (
            "i ; i'm ; i'll ; i've ; i'd ; me ; my ; mine ; ich ; mich ; mir ; mein\\w* ; je ; j' ; moi ; mon",
            "ma ; mes ; yo",
            "mis ; jag ; mig ; min ; mitt ; mina",
        ),
        CONVERSING: (
            "maybe ; perhaps ; think ; feel ; like ; love ; hate ; hope ; guess ; probably ; seems ; glad ; happy",
            "nice ; fun",
            "haha ; lol ; well ; sure ; thanks? ; welcome ; bye ; great ; good ; sorry",
            "vielleicht ; glaube ; gern\\w* ; danke ; tut mir leid ; schön ; peut-être ; merci ; ravie? ; désolée?",
            "quizás ; gracias ; encantad[oa] ; kanske ; tack ; gärna ; tyvärr ; roligt",
        ),
        RULING: (
            "must ; may not ; cannot",
            "not (?:allowed|possible|permitted|available|accepted|required|refundable|covered|included)",
            "can't ; only",
            "need to ; have to ; required ; within ; allowed ; available ; eligible ; charged? ; fees? ; free",
            "offer ; accept",
            "provide ; apply ; visit ; contact ; call ; our ; we ; branch ; account ; office ; store ; order",
            "muss ; müssen ; darf ; dürfen ; nicht möglich ; nur ; erforderlich ; unser\\w* ; wir ; kostenlos",
            "innerhalb",
            "nous ; notre ; nos ; obligatoire ; uniquement ; doit ; doivent ; seulement ; gratuit\\w* ; possible",
            "nosotros ; nuestr\\w+ ; solo ; sólo ; debe\\w* ; obligatorio ; gratuit\\w+ ; permit\\w+ ; ofrecemos",
            "måste ; inte ; endast ; bara ; vår ; vårt ; våra ; vi ; gratis ; tillåtet ; krävs ; inom",
        ),
        WRITING: (
            "letter ; card ; note ; e-mail ; email ; mail ; toast ; invite ; invitation ; speech ; message",
            "notice ; post",
            "headlines? ; formula ; regex ; script ; template ; titles? ; names? ; ad ; blurb ; summary ; reply",
            "(?:interview|quiz|discussion|survey) questions ; outline ; agenda ; captions? ; subject lines?",
            "brief ; karte ; rede ; nachricht ; einladung ; betreff ; text ; lettre ; mot ; mail ; discours",
            "annonce",
            "carta ; tarjeta ; correo ; mensaje ; discurso ; anuncio ; brev ; kort ; mejl ; tal ; meddelande",
        ),
        REPLY: (
            "reply ; respond ; answer ; keep ; be ; only ; always ; never",
            "antworte\\w* ; beantworte\\w* ; répond\\w* ; responde\\w* ; contesta ; svara",
        ),
        REFUSAL: (
            "i (?:can't|cannot|can not|don't know|do not know|am not able|am unable|couldn't|don't have"
            "|do not have|won't)",
            "i'm (?:not sure|afraid i|unable|not able|not going) ; i'm sorry,? (?:but|i) ; sorry,? (?:but i|i)",
            "tbd ; n/a ; todo ; unfortunately i ; as an ai ; not mentioned ; no information",
            "(?:does not|doesn't) (?:say|mention|contain)",
            "weiß (?:ich )?(?:leider )?nicht ; kann ich (?:\\w+ ){0,3}(?:nicht|kein\\w*)",
            "habe ich (?:leider )?kein\\w*",
            "geht (?:\\w+ )*nicht hervor ; steht (?:\\w+ )*nicht",
            "je ne (?:sais|peux|dispose|connais) ; je n'ai (?:ni|pas|aucun\\w*) ; n'est pas (?:indiqué|précisé)",
            "no (?:lo )?sé ; no puedo ; no dispongo ; no tengo ; no consta ; no se (?:indica|menciona)",
            "jag vet inte ; jag kan (?:tyvärr )?inte ; jag har (?:tyvärr )?inte ; framgår inte",
        ),
    }
)
#: What may stand before a question word: "in which year", "until when".
BEFORE_WH = frozenset(
    (
        "in on at for to from of by with during under about until since an auf aus bei bis für mit nach seit um "
        "von zu à "
        "de dans en pour avec depuis a con desde hasta para por i på av från till med vid"
    ).split()
)
POLITE = re.compile(
    r"\W*(?:(?:hi|hello|hey|ok|okay|so|and|now|then|please|pls|kindly|also|hallo|bitte|bonjour|s'il vous plaît"
    r"|hola|por "
    r"favor|hej|snälla)\W+)*"
    r"(?:(?:can|could|would|will) you (?:please |kindly |help me )?|i(?: want|'d like| need| would like) (?:you )?to "
    r"(?:know )?|do you know |your task is to |you (?:should|must|will|need to|have to) |help me (?:to )?"
    r"|let's |try to "
    r"|(?:können|könnten|würden) sie (?:mir )?(?:bitte )?|kannst du (?:mir )?(?:bitte )?|ich (?:möchte|will) wissen,? |"
    r"(?:pouvez|pourriez)-vous (?:me |m')?|peux-tu (?:me |m')?|(?:puedes?|podrías?) (?:usted )?|kan du |"
    r"skulle du kunna |kan ni )?(?:please |bitte )?",
    re.IGNORECASE,
)
#: The words that `POLITE` can begin with.
POLITE_BEGINNINGS = frozenset(
    (
        "hi hello hey ok okay so and now then please pls kindly also hallo bitte bonjour s por hola hej snälla "
        "can could "
        "would will i do your you help let try können könnten würden kannst ich pouvez pourriez peux puede "
        "puedes podría "
        "podrías kan skulle"
    ).split()
)
#: Who speaks, said at the beginning of a prompt.
PERSONA = re.compile(
    r"\W*(?:you(?:['\u2019]re| are)|act as|du bist|sie sind|vous êtes|tu es|eres|usted es|du är|ni är)\b", re.IGNORECASE
)
CHOICES = re.compile(
    r"(?:^|\n)\s*(?:\(?[A-Da-d1-4][).:]|[-*\u2022])\s+\S[^\n]*"
    r"(?:\n\s*(?:\(?[A-Ha-h1-8][).:]|[-*\u2022])\s+\S[^\n]*)+"
    r"|\b(?:options?|choices?)\s*(?:are)?\s*[:\-]"
    r"|\(a\) [^\n]{2,200}\(b\) \S",
    re.IGNORECASE,
)
#: "you" that asks politely, or is anybody.
NOT_YOU = re.compile(
    r"\b(?:(?:can|could|would|will|do|did) you (?:please |kindly |know|answer|reason|say|guess|identify|tell"
    r"|explain|give"
    r"|help|write|name|list|describe|find|show|provide|make|suggest|recommend|summari\w+|translat\w*)|thank you"
    r"|if you)\b"
    r"|\b(?:können|könnten|würden) sie|pouvez-vous|pourriez-vous|peux-tu|\b(?:puedes?|podrías?)\b|kan du|skulle du",
    re.IGNORECASE,
)
# What people say to each other before they ask anything.
_HELLO = r"(?:hi|hello|hey|good (?:morning|afternoon|evening|night)|moin|hallo|bonjour|salut|hola|buenas|hej|tjena)\b"
_HOW_ARE_YOU = (
    r"(?:what'?s up|sup|how(?:'s| is) (?:it going|life|everything)|how are (?:you|things)|how do you do|who are you|"
    r"thanks?|bye|goodbye|wie geht'?s?|alles klar|na|ça va|comment ça va|merci|qué tal|cómo (?:estás|está)"
    r"|gracias|läget|"
    r"hur (?:mår du|är läget)|tack)\b"
)
GREETING = re.compile(
    rf"\W*(?:{_HELLO}(?:\W+{_HELLO})*(?:\W+{_HOW_ARE_YOU})*|{_HOW_ARE_YOU}(?:\W+{_HOW_ARE_YOU})*)(?:\W+\w+){{0,3}}\W*",
    re.IGNORECASE,
)
#: What says no more than that something was heard.
HEARD = re.compile(
    r"\W*(?:noted|done|ok|okay|great|thanks|thank you|understood|got it|sure|will do|all right|alright|verstanden"
    r"|erledigt|notiert|alles klar|entendu|compris|c'est noté|entendido|anotado|hecho|uppfattat|noterat|klart)"
    r"(?:\W+\w+){0,3}\W*",
    re.IGNORECASE,
)
YES = re.compile(
    r"\W*(?:yes|no|ja|nein|oui|non|sí|si|nej|true|false|wahr|falsch|vrai|faux|verdadero|falso|sant|falskt|jo)\b",
    re.IGNORECASE,
)
#: One word that judges a statement.
TRUTH = re.compile(r"\W*(?:true|false|wahr|falsch|vrai|faux|verdadero|falso|sant|falskt)\W*\Z", re.IGNORECASE)
#: Lines that only programs have.
PROGRAM = re.compile(
    r"^\s*(?:import \w|from [\w.]+ import |def \w+\(|class \w+[:({]|function \w+\(|const \w+ =|#include|</?\w+>"
    r"|(?:\$ )?[a-z][a-z0-9_.+]{0,15} (?:[^\s.!?,;]{1,30} ){0,3}--?[a-z][\w-]*(?=[ =]|$))",
    re.MULTILINE,
)
#: What asks the other one to go on: "Please send me the last digits of your number."
ASKS_BACK = re.compile(
    r"\b(?:send|give|tell|show) me\b|\blet me know\b|\b(?:schicken|nennen|geben|senden) sie mir\b"
    r"|\b(?:envoyez|donnez|dites)-moi|\b(?:envíeme|dígame|dime|mándame)\b|\b(?:skicka|ge|berätta för) mig\b",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"\[[A-Za-z][A-Za-z ]{2,}\]|\{[a-z_ ]+\}|<[a-z_]+>")
SUM = re.compile(r"\d\s*[-+*/x\u00d7\u00f7=]\s*[$\u20ac\u00a3]?\d|<<|=\s*[$\u20ac\u00a3]?\d")
#: A sum in a question; not a date, a range or "24/7".
ASKED_SUM = re.compile(
    r"\d\s*[+*\u00d7\u00f7^]\s*\d|\d\s+[-\u2212/x]\s+\d|\d ?% of \d"
    r"|\d (?:plus|minus|times|divided by|multiplied by|mal|geteilt durch|fois|divisé par|más|por|dividido|gånger"
    r"|delat med) \d",
    re.IGNORECASE,
)
#: What is reckoned by rules of mathematics from the number or the formula beside it.
MATHEMATICS = re.compile(
    r"\b(?:derivative|differentiate|integral|integrate|primes?(?! minist)|divisible|factors of|factori[sz]e|factorial"
    r"|multiples? of|squared|(?:square|cube) root|remainder|equation|solve|simplify|fraction|binary|hexadecimal"
    r"|roman numerals?|logarithm|ableitung|primzahl\w*|teilbar|quadratwurzel|gleichung|dérivée|nombres? premiers?"
    r"|racine carrée|équation|derivada|números? primos?|raíz cuadrada|ecuación|primtal|delbart|kvadratroten|ekvation"
    r"|derivatan)\b",
    re.IGNORECASE,
)
# Units that others can be worked out from.
_UNIT = (
    r"(?:(?:kilo|centi|milli)?(?:met(?:er|re)|gram|lit(?:er|re))|mile|feet|foot|inche?|yard|kilo|pound|ounce|gallon|cup"
    r"|(?:table|tea)spoon|second|minute|hour|day|week|month|celsius|fahrenheit|byte|acre|hectare|meile|stunde|tag|pfund)\w*"
)
#: Another unit for a quantity: "Convert 5 miles to kilometers", "how many feet are 3 meters".
CONVERT = re.compile(
    r"\b(?:convert|umrechn\w*|rechne|konvertier\w*|convertis\w*|convierte\w*|konvertera|omvandla)\b"
    rf"|\b(?:how many|wie viele?|combien de|cuánt[oa]s|hur många) {_UNIT} (?:\w+ )?(?:\d+ ?|an? ){_UNIT}",
    re.IGNORECASE,
)
#: A capital within a sentence: somebody or something is named.
NAMED = re.compile(r"[^\W\d_] [A-ZÀ-Þ][^\W\d_]")
#: A request for any thing of a kind: "Describe a sunset", "Give me three tips".
INDEFINITE = re.compile(
    r"\W*\w+ (?:me |us |mir |uns |moi |nous )?(?:of )?(?:an?|some|two|three|four|five|six|seven|eight|nine|ten"
    r"|\d+|eine?[nmrs]?|une?"
    r"|una|unos|unas|des|quelques|algun[oa]s?|ett|en|några|zwei|drei|fünf|zehn|deux|trois|cinq|dix|dos|tres"
    r"|cinco|diez|två"
    r"|tre|fem|tio)\b(?! (?:name|year|date|city|country)s? of)",
    re.IGNORECASE,
)
#: Slots of a record that an output is to be made of: "name[...]", "Price: ...".
SLOT = re.compile(r"(?<=\w) ?\[[^\]]+\]|^\s*[\w ]{2,25}\s*[:=|]\s*\S+", re.MULTILINE)
SNAKE = re.compile(r"[a-zA-Z]+(?:[_/.][a-zA-Z0-9]+)+")
#: A statement that stands for a question ("... was formed in this city.").
CLUE = re.compile(r"\b(?:this|these) \w.{0,80}[.!]?\Z", re.IGNORECASE)
LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.\w+"
    r"|(?<![\d.])(?:\+\d{1,3}[ -]?)?(?:\(\d{2,5}\)[ -]?)?\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}\b(?![.\d])"
)
