"""The kinds of lines that sites set around and between the paragraphs of an article, in the languages of news.

General knowledge of how news sites word such lines, not a list made from any page. ``leftovers`` decides by them together with
structure: a line must *be* such a phrase, or begin with one and look like a pointer, never merely contain it.

The patterns are for text in lower case (``lower``): matching with IGNORECASE costs five times as much.
"""

import re

MORE = (
    "read also|also read|see also|read more|read more on this|read next|read this next|related|related articles?|related stories|related news|related topics|"
    "related content|related posts?|more on this story|more on this topic|more on this|more from|more stories|more news|you may also like|"
    "you might also like|you might be interested in|recommended|recommended for you|recommended stories|recommended reading|further reading|don't miss|"
    "up next|watch also|watch more|learn more|also on|most read|most popular|most viewed|"
    "читайте также|читайте ещё|читайте еще|читать также|читать далее|читайте по теме|материалы по теме|новости по теме|ещё по теме|еще по теме|по теме|"
    "смотрите также|смотри также|см\\. также|другие новости|похожие новости|похожие материалы|вам может быть интересно|рекомендуем|рекомендуем прочитать|"
    "читайте також|читати також|читайте ще|дивіться також|дивись також|також читайте|за темою|новини за темою|матеріали за темою|"
    "чытайце таксама|глядзіце таксама|прочетете още|вижте още|прочетете също|pročitajte još|pročitajte i|pročitaj još|"
    "lesen sie auch|lesen sie mehr|lies auch|mehr zum thema|mehr dazu|auch interessant|das könnte sie auch interessieren|"
    "lees ook|lees meer|meer over|läs också|läs även|läs mer|les også|læs også|lue myös|"
    "lire aussi|à lire aussi|a lire aussi|lire également|à lire également|voir aussi|sur le même sujet|"
    "lea también|lea tambien|lee también|le puede interesar|te puede interesar|leer también|también te puede interesar|ver también|más información|más noticias|noticias relacionadas|"
    "leia também|leia mais|leia ainda|veja também|saiba mais|leggi anche|leggi tutto|potrebbe interessarti|"
    "czytaj także|czytaj też|czytaj również|czytaj więcej|zobacz także|zobacz też|zobacz również|przeczytaj także|przeczytaj też|"
    "čtěte také|čtěte též|přečtěte si také|čítajte aj|prečítajte si aj|citește și|citeşte şi|citiți și|vezi și|olvassa el|kapcsolódó cikkek|"
    "διαβάστε επίσης|διαβάστε ακόμα|διαβάστε ακόμη|δείτε επίσης|ayrıca bakınız|ayrıca okuyun|bunu da okuyun|ilgili haberler|ilgili haber|oxuyun|"
    "baca juga|baca lainnya|artikel terkait|xem thêm|đọc thêm|tin liên quan|"
    "اقرأ أيضا|اقرأ أيضاً|اقرأ أيضًا|إقرأ أيضا|اقرأ المزيد|مواضيع ذات صلة|أخبار ذات صلة|موضوعات ذات صلة|بیشتر بخوانید|همچنین بخوانید|بیشتر بخوانید|مطالب مرتبط|اخبار مرتبط|خبرهای مرتبط|"
    "مزید پڑھیں|یہ بھی پڑھیں|यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|আরও পড়ুন|আরো পড়ুন|קראו גם|"
    "延伸閱讀|延伸阅读|相关阅读|相關閱讀|相关新闻|相關新聞|相关报道|相關報導|相关链接|相关文章|推荐阅读|更多新闻|更多新聞|関連記事|関連ニュース|あわせて読みたい|관련기사|관련 기사|관련뉴스|อ่านเพิ่มเติม|อ่านต่อ|ข่าวที่เกี่ยวข้อง"
)

VIDEO = (
    "video of the day|photo of the day|watch the video|watch video|watch now|видео дня|фото дня|відео дня|фото дня|видео по теме|смотрите видео|"
    "video des tages|vidéo du jour|vídeo del día|video del día|vídeo do dia|video del giorno|wideo dnia|günün videosu|فيديو اليوم"
)

NAVIGATION = (
    "accessibility links|accessibility help|skip to (?:main )?content|skip to navigation|skip to search|skip links|jump to content|back to top|"
    "go to home page|main menu|menu|home|home page|search|print|print this page|print this article|next article|previous article|"
    "ссылки для упрощения доступа|перейти к (?:основному )?содержанию|перейти к контенту|главная|наверх|меню|поиск|версия для печати|распечатать|"
    "спрощений доступ|перейти до (?:основного )?(?:змісту|вмісту)|головна|пошук|"
    "zum inhalt springen|zur startseite|drucken|nach oben|aller au contenu|accueil|imprimer|haut de page|ir al contenido|saltar al contenido|inicio|imprimir|"
    "ir para o conteúdo|pular para o conteúdo|início|vai al contenuto|stampa|przejdź do treści|strona główna|drukuj|ana sayfa|içeriğe geç|yazdır|"
    "روابط الوصول|الرئيسية|طباعة|صفحه اصلی|چاپ|首页|首頁|打印|列印|跳至内容|返回顶部|ホーム|印刷|홈|인쇄"
)

SECTION = (
    "breaking news|latest posts?|latest news|latest stories|latest articles|latest|recent posts|recent articles|recent news|top stories|top news|trending|trending now|"
    "in the news|editors?['’]s? picks?|editor['’]s choice|popular|popular posts|featured|what we know|"
    "последние новости|последние записи|свежие новости|новости дня|лента новостей|популярное|популярные новости|самое читаемое|главные новости|главное сегодня|главное за день|топ-новости|"
    "останні новини|популярні новини|популярне|головні новини|стрічка новин|головне|топ новини|"
    "meistgelesen|meistgelesene artikel|neueste beiträge|aktuelle nachrichten|les plus lus|articles récents|à la une|lo más leído|lo más visto|últimas noticias|entradas recientes|"
    "mais lidas|mais lidos|últimas notícias|i più letti|ultime notizie|najnowsze|najpopularniejsze|najczęściej czytane|en çok okunanlar|son dakika|son haberler|"
    "الأكثر قراءة|أحدث الأخبار|آخر الأخبار|آخرین اخبار|پربازدیدترین|پربیننده‌ترین|最新消息|最新新闻|最新新聞|热门新闻|熱門新聞|热点新闻|热门文章|最新文章|人気記事|新着記事|최신기사|많이 본 뉴스"
)

ABOUT = (
    "about this blog|about this site|about the blog|about the authors?|about us|about me|author bio|written by|об авторе|об авторах|о блоге|о проекте|про автора|про блог|"
    "über den autor|über die autorin|zur person|à propos de l['’]auteur|sobre el autor|sobre la autora|acerca de este blog|acerca del autor|sobre o autor|sobre este blog|"
    "sull['’]autore|o autorze|o autorovi|yazar hakkında|عن الكاتب|عن المدونة|درباره نویسنده|关于作者|作者简介|關於作者|著者について|tentang penulis"
)

COMMENTS = (
    "comments?|\\d+ comments?|leave a comment|leave a reply|post a comment|add a comment|join the conversation|view comments|show comments|"
    "комментарии|комментировать|оставить комментарий|добавить комментарий|обсудить|коментарі|залишити коментар|додати коментар|"
    "kommentare|kommentar schreiben|commentaires?|laisser un commentaire|comentarios|deja un comentario|comentários|deixe um comentário|commenti|lascia un commento|"
    "komentarze|dodaj komentarz|yorumlar|yorum yap|التعليقات|أضف تعليق|اترك تعليقا|نظرات|دیدگاه‌ها|ارسال نظر|评论|評論|发表评论|我要评论|网友评论|コメント|댓글"
)

SHARE = (
    "share|share this|share this article|share this story|share this post|share article|share on (?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit)|share via email|share with|tweet|tweet this|pin it|"
    "copy link|link copied|email this|e-?mail|facebook|twitter|whatsapp|telegram|viber|linkedin|reddit|pinterest|messenger|vkontakte|вконтакте|одноклассники|save|bookmark|"
    "поделиться|поделитесь|поделиться в соцсетях|поделиться ссылкой|поделиться новостью|отправить|скопировать ссылку|поділитися|поширити|поділись|скопіювати посилання|падзяліцца|"
    "teilen|artikel teilen|auf facebook teilen|link kopieren|partager|partager sur (?:facebook|twitter|x|whatsapp)|copier le lien|compartir|compartir en (?:facebook|twitter|x|whatsapp)|copiar enlace|"
    "compartilhar|compartilhe|condividi|udostępnij|podziel się|sdílet|paylaş|bağlantıyı kopyala|شارك|شارك المقال|مشاركة|انسخ الرابط|اشتراک گذاری|به اشتراک بگذارید|"
    "分享|分享到|分享至|转发|微信|微博|シェア|シェアする|ツイート|공유|공유하기|bagikan|chia sẻ|delen|dela|del|distribuie"
)

SUBSCRIBE = (
    "subscribe(?: now| today| here)?|subscribe to (?:our|the)|sign up (?:for|to) (?:our|the)|sign up here|sign up now|get (?:the|our) (?:latest|best|newsletter|daily)|get notified|"
    "follow us|follow us on|like us on|join us on|join our (?:telegram|whatsapp|channel|newsletter|mailing)|support (?:us|our work)|support independent journalism|become a (?:member|patron|supporter)|donate|"
    "download our app|get our app|newsletter|"
    "подпишитесь|подписывайтесь|подписаться|подпишись|подписка на|следите за нами|читайте нас в|мы в (?:telegram|телеграм|соцсетях)|наш канал в|наш телеграм|присоединяйтесь к нам|поддержите нас|поддержать|"
    "підписуйтесь|підписуйтеся|підпишіться|підписатися|стежте за нами|читайте нас у|читайте нас в|ми у (?:telegram|соцмережах)|приєднуйтесь|підтримайте нас|"
    "abonnieren sie|jetzt abonnieren|folgen sie uns|melden sie sich (?:für|zu)|abonnez-vous|inscrivez-vous|suivez-nous|suscríbete|suscríbase|síguenos|síganos|apúntate|"
    "assine (?:a|o|nossa)|inscreva-se|siga-nos|iscriviti|seguici|zapisz się|subskrybuj|obserwuj nas|dołącz do|abone ol|bizi takip edin|takip et|"
    "اشترك|تابعونا|تابعنا|انضم إلى|عضو شوید|ما را دنبال کنید|به کانال|关注我们|訂閱|订阅|扫描二维码|扫一扫|长按识别|下载客户端|ご登録|登録はこちら|フォローする|구독|ikuti kami|abonneer|prenumerera"
)

ADVERTISEMENT = (
    "advertisements?|advertising|ad|ads|sponsored|sponsored content|promoted|paid content|story continues below(?: advertisement)?|article continues below(?: advertisement)?|continue reading below|"
    "article continues after advertisement|scroll to continue(?: with content)?|реклама|на правах рекламы|партнерский материал|партнёрский материал|партнерські матеріали|anzeige|werbung|"
    "publicité|la suite après cette publicité|publicidad|publicidade|continua após a publicidade|pubblicità|reklama|reklam|reklám|إعلان|تبلیغات|آگهی|广告|廣告|広告|광고|quảng cáo|iklan|advertentie|annons"
)

TAGS = (
    "tags?|topics?|filed under|categories|category|keywords|теги|тег|метки|темы|тема|ключевые слова|рубрики|schlagworte|themen|mots-clés|étiquettes|etiquetas|temas|palavras-chave|tagi|etiketler|"
    "الكلمات المفتاحية|وسوم|برچسب‌ها|کلیدواژه|关键词|关键字|標籤|标签|關鍵字|タグ|태그"
)

CREDIT = (
    "photo|photos|photograph|photo by|photo credit|image|image source|image caption|image credit|picture|credit|file photo|getty images|"
    "фото|фотография|иллюстрация|фото из архива|світлина|ілюстрація|foto|bild|bildquelle|crédit photo|crédits?|crédito|imagen|imagem|foto di|fot\\.|zdjęcie|fotoğraf|"
    "صورة|عکس|图片来源|图源|图|圖|写真|사진"
)

RIGHTS = (
    "©|\\(c\\) ?\\d{4}|copyright|all rights reserved|все права защищены|усі права захищені|всі права захищені|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|"
    "todos os direitos reservados|tutti i diritti riservati|wszelkie prawa zastrzeżone|tüm hakları saklıdır|جميع الحقوق محفوظة|版权所有|版權所有|無断転載"
)

_END = r"[\s:：.…!»›>→▶|】］〕\-–—]*"


def _whole(*kinds: str) -> re.Pattern[str]:
    return re.compile(rf"^[\s•·▪■*#»›>▶|【［〔\-–—]*(?:{'|'.join(kinds)}){_END}$")


def _start(*kinds: str) -> re.Pattern[str]:
    return re.compile(rf"^[\s•·▪■*#»›>▶|\[(【［〔\-–—]*(?:{'|'.join(kinds)})")


WHOLE_LINE = _whole(MORE, VIDEO, NAVIGATION, SECTION, ABOUT, COMMENTS, SHARE, SUBSCRIBE, ADVERTISEMENT, TAGS)
"""Lines that are nothing but furniture."""
POINTER = _start(MORE, VIDEO)
"""Beginnings of a line that points at another page."""
CALL = _start(SUBSCRIBE)
TAG_LINE = _start(TAGS)
CREDIT_LINE = _start(CREDIT)
RIGHTS_LINE = _start(RIGHTS)
MORE_HEADING = _whole(MORE, SECTION)
"""Headings with a list of other pages under them."""
END_HEADING = _whole(ABOUT, COMMENTS)
"""Headings under which no more of the article comes."""
