"""Words of any matter: in a quiet week even these are rare enough to look telling."""

from __future__ import annotations

_WORDS = """
a about above after again all alreadi also always am an and ani any anyth april are as ask at august be becaus because
been befor before being best better between both but by call can come could day days decemb did do does done down
during each end even ever everi every everybodi everyth expect far februari few first for found friday from full
further get give given go good great had has have he her here him his how i if in into is it its januar januari juli
june just keep know last later least left less let letter like little long look made make man many march may me mean
meet might minut monday more morn most mr ms much must my name near need never new next no nobodi not noth novemb now
octob of off offic on onc one onli open or order other our out over own pay peopl person place plan pleas point put
question read report right said same saturday say second see seem send septemb set shall she should show side sinc
small so some someth soon speak still such sunday take tell than thank that the their them then there these they thing
think this those three thursday time to today told too tuesday two under until up us use veri want was way we
wednesday week well were what when where whi which while who will with within without word work would year yet you
your
我 我们 你 您 他 她 它 他们 她们 的 了 和 与 及 在 是 有 将 对 为 从 到 以 要 应 须 请 每
各 这 那 这个 那个 一个 一些 以及 有关 关于 相关 包括 其他 可以 必须 需要 应当 进行 已经 表示
工作 问题 情况 方面 今年 去年 今天 昨天 明天 本周 下周 上周 周一 周二 周三 周四 周五 周六 周日
目前 同时 因此 但是 如果 没有 不 也 都 就 还 并 或 等 中 上 下 后 前 内 时 年 月 日 人 大家
希望 感谢 谢谢 报告 意见 提出 各位
abov across add against ago ahead allow almost alon along although alway among amongst anywher apart appear
appli argu around asid avoid away back backward bad becam becom began begin begun behind believ belong below
beneath besid beyond big bigger biggest brief briefli bring brought came carri caus cheap cheaper chiefli
choos chose chosen clear close compar consid contain continu dear dearer decid depend describ despit differ
difficult discuss doe dozen dure earli earlier easi easili either els elsewher enough especi eventu everywher
exact explain fact felt final follow forward frequent gave general goe gone got grew half happen hard
hear heard held help henc herself himself hold hope howev ignor includ inde instead itself kept knew known
larg larger largest late learn leav lie littl longer longest lose lost mani matter mayb meanwhil mention mere
myself nearbi neither nevertheless newer newest nor normal nowher obtain often old older oldest otherwis ought
ourselv part per perhap plea possibl prefer prepar previous probabl propos provid quick quit rare
rather reach readi real reason receiv recent regardless remain rememb repeat requir seek seen seldom sent
separ serv sever short shorter shown similar simpl simpli slight slow slowli smaller sometim somewher sort
sought spent spoke stand start stay stood stop sudden suggest suppos sure taken talk themselv therefor though
thought through throughout thus togeth tomorrow took toward tri turn twice understand understood unless unlik
upon usual via wait went whatev whenev wherev whether whichev whoever whole whom whose wish wont wors worst
write written wrote yesterday yourself yourselv
找到 发现 认为 成为 得到 提供 继续 加强 开始 完成 变得 更加 十分 非常 特别 还有 不仅 而且 通过 根据
对于 由于 正在 曾经 将会 之后 之前 以后 以前 其中 全部 许多 很多 各种 共同 一起 不断 进一步
"""
EVERYDAY = frozenset(_WORDS.split())
"""English as its stemmer gives it, and Chinese: grammar, and verbs and adverbs that name nothing.

Not here are those that are also names of matters: main (water mains), lead, fall, current, high, fair.
"""
