"""Sentences that stand in articles without being news, sentences that do not stand alone, and outlets in titles."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_FURNITURE = re.compile(
    r"""
      ^\W*(?:sign\ up|subscribe|log\ ?in|click|tap|read\ (?:more|also|next|the\ full)|(?:see|learn|find\ out)\ more
         |follow\ (?:us|him|her|them|@)|share\ (?:this|on)|download|watch|listen|(?:editing|reporting|written)\ by
         |related\ (?:articles?|stories|topics)|advertisement\W*$|copyright)\b
    | \b(?:our\ (?:\w+\ ){0,2}newsletters?|click\ here|all\ rights\ reserved|copyright\ \d{4}
         |terms\ of\ (?:use|service)|cookies?\ policy|getty\ images|file\ photo|image\ (?:caption|credit|source)
         |photo(?:graph)?\ (?:by|credit)|contributed\ (?:to\ this\ (?:report|story|article)|reporting)
         |originally\ (?:published|appeared)|may\ not\ be\ (?:published|reproduced)|support\ our\ journalism
         |contact\ the\ (?:author|reporter|writer)|story\ (?:has\ been|was)\ updated
         |this\ is\ a\ developing\ story|signing\ up|email\ alerts|unsubscribe|your\ inbox)\b
    | \b(?:in|is)\ this\ (?:\w+\ )?(?:photo|picture|image|still)\b
    | \b(?:photo|image|picture|handout)\ (?:released|taken|provided)\b
    | \((?:not\ )?pictured\)
    | ©|\(c\)\ \d{4}
    | ^\W*(?:by|photos?|images?|pictures?|caption|sources?|credit|tags?|topics?|editor|published|updated)\s*[:：]
    | ^\W*by\ [A-Z][\w.’'-]+(?:\ [A-Z][\w.’'-]+){1,3}\W*$
    | ,\ [a-z]{3,9}\.?\ \d{1,2},\ \d{4}\W*$  # a caption's end: "… in Washington, May 9, 2018."
    | 责任编辑|责编|原标题|版权所有|未经.{0,6}授权|不得转载|扫码|扫描二维码|点击(?:查看|阅读|进入|下载|订阅)
    | 关注.{0,8}(?:公众号|微信|微博)|更多(?:资讯|精彩)|下载.{0,6}(?:APP|客户端)|免责声明|^\W*广告\W*$
    | ^\W*(?:编辑|记者|来源|作者|校对|摄影|供图|图片|图源|文|图)\s*[/／:：丨|]
    | ^\W*(?:图为|资料图)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GLUED_LINKS = re.compile(r"[a-z]{3}[A-Z][a-z].*\bMORE\b", re.DOTALL)  # "… Paul RyanEsper's chief … MORE (R-Wis.)"
_CAPTION = re.compile(
    r"^\W*(?:(?:CLOSE|PLAY|WATCH|LISTEN)\ +[A-Z]|FILE(?:\ PHOTO)?\ ?[-–—:])"
)  # or a button before one
_AGENCIES = r"(?:Reuters|AP|AFP|CNN|UPI|dpa|DPA|EFE|ANSA|TASS|Xinhua|Bloomberg|KYODO|Kyodo|Yonhap|PA|IANS|ANI|PTI)"
_PLACED = re.compile(
    rf"""
    (?: (?!(?:U\.?S|U\.?K|E\.?U|U\.?N|NATO)\b)[A-Z][A-Z.'’]++(?:[ /-][A-Z.'’]++)*+  # a place in capitals
        (?:,\ (?:[A-Z][\w.]*+\ ?){{1,3}})?\ *(?:\([^)]{{2,40}}\))?\ *[-—–]+\ +
      | (?:[A-Z][\w.'’]*+[ ,/-]*+){{0,6}}\({_AGENCIES}\)\ *(?:[-—–]+\ +)?
      | 【[^】]{{2,20}}】\s*
      | [\u4e00-\u9fff]{{2,16}}?(?:\d{{1,2}}月)?\d{{1,2}}日[电電讯訊]\s*(?:[（(][^）)]{{2,30}}[）)])?\s*[:：—-]*\s*
      | 本[报報社网網台][^\s，。]{{0,6}}?[讯訊]\s*(?:[（(][^）)]{{2,30}}[）)])?\s*
    )
    (?=["“‘'「『«]?[A-Z\d\u4e00-\u9fff])
    """,
    re.VERBOSE,
)
_DATELINE = re.compile(r"^[\W\dA-Z]*(?:\([^)]*\)|（[^）]*）)?[\W\d]*$|^.{0,24}[电讯]\s*[(（][^)）]*[)）]\W*$")
_MAX_DATELINE = 80  # characters; the pattern would take quadratic time on a long row of dashes

_DANGLING = re.compile(
    r"""
    ^[\W_]*(?:
      (?:he|she|(?-i:It|it)|they|we|his|her|its|their|this(?!\ (?:week|month|year|spring|summer|autumn|winter))|that
        |these|those|such|both|neither|but|and|or|so(?!\ far)|yet|also|however|meanwhile|moreover|furthermore
        |nevertheless|nonetheless|therefore|thus|then|instead|otherwise|besides|additionally|similarly|likewise
        |afterwards?|elsewhere|in\ (?:addition|contrast|turn)|for\ (?:example|instance)|as\ a\ result|by\ contrast
        |now(?=,)|(?:update|breaking)(?=:)|on\ the\ other\ hand|at\ the\ same\ time|the\ (?:former|latter|pair|two)
        |the\ (?:move|announcement|incident|remark|comment|development|revelation)s?(?!\ (?:by|from|of)\b))\b
      | [他她它]|此外|但(?!丁)|然而|不过|同时|与此同时|对此|其|另外|另一方面|而|因此|所以|于是|随后|此前
      | 这|那(?!不勒|曲)|该|并(?!购)|也(?!门)|还(?![款贷债])|据此|例如|比如|上述
    )
    | ["”»]\s*(?:he|she|they)\ (?:said|says|added|told|wrote|explained|continued)\b
    | ["”»]?\s*(?:said|says|added)\ (?:he|she)\b
    | [”」][，,]?\s*[他她](?:们)?(?:说|表示|称|补充)
    | ^["“«「『][^"“”«»「」『』]*["”»」』]\W*$  # a quotation alone: who says so?
    | \b(?:you|your)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FEATURE = re.compile(
    r"""
      [?？]["”’]?(?:$|\s)
    | (?:^|[:：–—]\s*)(?:what|why|how|who|when|where|inside|meet|opinion|analysis|comment|editorial|explainer|explained
        |live|watch|video|listen|podcast|pictures|photos|in\ pictures|quiz|review)\b
    | (?:^|[:：|丨\s])(?:评论|社评|社论|时评|快评|观察|图解|一图|视频|直播|专访|盘点|解读)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WHOLE = re.compile(r"""(?<!\.\.)[.!?。！？؟।۔։።]["'”’»』」)）\]】]*$""")
_PAIRS = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"), ("(", ")"), ("（", "）"), ("《", "》"))


def is_furniture(sentence: str) -> bool:
    """Whether a sentence is a byline, a dateline alone, a caption, an invitation or a notice rather than news."""
    if _FURNITURE.search(sentence) or _CAPTION.search(sentence):
        return True
    if "MORE" in sentence and _GLUED_LINKS.search(sentence):
        return True
    return len(sentence) <= _MAX_DATELINE and bool(_DATELINE.search(sentence))


def after_dateline(sentence: str) -> int:
    """Where a sentence begins behind the place and the agency it is filed under: "PAHOA, Hawaii (Reuters) - Two …".

    Returns:
        Characters to leave out at the start, 0 for a sentence that is filed under nothing.
    """
    filed = _PLACED.match(sentence, 0, _MAX_DATELINE)
    return filed.end() if filed else 0


def is_whole(sentence: str) -> bool:
    """Whether a sentence ends as one does and closes the quotations and brackets it opens.

    A teaser's end ("…", "...") is no end, nor is that of a heading or a caption.
    """
    balanced = all(sentence.count(opening) == sentence.count(closing) for opening, closing in _PAIRS)
    return balanced and sentence.count('"') % 2 == 0 and bool(_WHOLE.search(sentence))


def dangles(sentence: str) -> bool:
    """Whether a sentence leans on the one before it or on its reader: "He …", "此外…", "…," she said, "you …"."""
    return bool(_DANGLING.search(sentence))


def is_feature(title: str) -> bool:
    """Whether a title asks, comments or announces rather than tells what happened."""
    return bool(_FEATURE.search(title))


_BAR = re.compile(r"\s*[|｜_]\s*|\s+[·•]\s+")
_DASH = re.compile(r"\s+[-–—]+\s+|\s*——?\s*|(?<=[\u4e00-\u9fff”》])-(?=[\u4e00-\u9fff])")
_OUTLET = re.compile(
    r"\b(?:news|times|post|herald|tribune|gazette|courier|journal|guardian|telegraph|chronicle|observer|mail|express"
    r"|press|today|daily|weekly|magazine|reuters|bloomberg|politico|axios|radio|tv|[a-z]+\.(?:com|org|net|co|cn|eu|info)"
    r"|bbc|cnn|npr|abc|nbc|cbs|msnbc|upi|afp|ap|dpa)\b|(?:网|社|报|新闻|电视台|频道|在线|晚报|日报|周刊|客户端|新浪|搜狐|腾讯|凤凰|澎湃)$",
    re.IGNORECASE,
)
_MAX_OUTLET_WORDS = 5  # "The Wall Street Journal Europe"
_MAX_OUTLET_CHARACTERS = 40


def without_outlet(title: str, url: str | None = None) -> str:
    """Take the outlet's name off the end of a title; a title that is nothing else stays.

    Args:
        title: as the source gives it.
        url: the document's address: a name that its host repeats is an outlet's.
    """
    kept = title.strip()
    while (shorter := _cut(kept, _host(url))) is not None:
        kept = shorter
    return kept


def _cut(title: str, host: str) -> str | None:
    near = max(0, len(title) - 2 * _MAX_OUTLET_CHARACTERS)  # what stands before is the headline's own
    cuts = ((pattern is _BAR, match) for pattern in (_BAR, _DASH) for match in pattern.finditer(title, near))
    ends = [(match.start(), match.end(), bar) for bar, match in cuts]
    if not ends:
        return None
    start, end, bar = max(ends)
    head, tail = title[:start].rstrip(), title[end:]
    if not tail:
        return head or None
    return head if _is_headline(head) and (_is_outlet(tail, host) or (bar and len(head) > 2 * len(tail))) else None


def _is_headline(head: str) -> bool:
    """Whether what would be left can stand alone: two words, or three characters of a script without spaces."""
    return " " in head or (not head.isascii() and len(head) > 2)


def _is_outlet(name: str, host: str) -> bool:
    if len(name.split()) > _MAX_OUTLET_WORDS or len(name) > _MAX_OUTLET_CHARACTERS:
        return False
    letters = re.sub(r"\W", "", name).casefold()
    return bool(_OUTLET.search(name)) or (len(letters) > 2 and letters in host)


def _host(url: str | None) -> str:
    try:
        return re.sub(r"\W", "", urlsplit(url or "").hostname or "").casefold()
    except ValueError:  # feeds hold addresses such as "http://[broken"
        return ""
