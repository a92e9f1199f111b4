"""How pages that are no articles word themselves, in many languages: data for ``page_kinds``.

Block pages: wording that providers and censors are required or known to show, as collected by measurement projects (OONI and
Censored Planet fingerprints describe such pages) and by law texts. No hosts: a wording travels from provider to provider.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


BLOCK_PAGE = _any(
    # Russian, Ukrainian, Belarusian, Kazakh, Uzbek
    r"доступ к (?:запрашиваемому |данному |этому |указанному )?(?:информационному )?(?:ресурсу|сайту|интернет-ресурсу|веб-сайту|странице)\W+(?:был |временно )?(?:ограничен|заблокирован|закрыт|запрещ[её]н)",
    r"(?:ресурс|сайт|страница)\W+(?:\w+\W+){0,4}(?:заблокирован|внес[её]н в (?:единый )?реестр|ограничен)\w*\W+(?:\w+\W+){0,8}(?:закон|решени|роскомнадзор|прокурат|суд|оператор|провайдер)",
    r"(?:ограничен|заблокирован|закрыт)\w*\W+(?:\w+\W+){0,4}(?:на основании|по решению|в соответствии с|по требованию)\W+(?:\w+\W+){0,5}(?:закон|суд|роскомнадзор|прокурат|государственн|орган|министерств|мининформ)",
    r"едины[йм] реестр\w* (?:доменных имен|доменных имён|запрещ)",
    r"149-фз",
    r"доступ (?:до|к) (?:цього |даного )?(?:ресурсу|сайту|веб-ресурсу|веб-сайту)\W+(?:\w+\W+){0,2}(?:обмежено|заблоковано|закрито)",
    r"(?:сайт|ресурс)\W+(?:\w+\W+){0,3}заблоковано\W+(?:\w+\W+){0,6}(?:указ|рнбо|рішення|суд|санкц)",
    r"доступ да (?:гэтага )?(?:рэсурсу|сайта)\W+(?:\w+\W+){0,2}(?:абмежаваны|заблакаваны)",
    # English
    r"(?:this |the )?(?:web ?site|site|page|url|content|domain|web ?page|link|service)(?: you (?:are trying|were trying|have requested|want|wish|requested)[\w ,]{0,40})?(?: \([^)]{1,80}\))? (?:has been|is|was|have been|are) (?:currently )?(?:blocked|restricted|banned|prohibited|censored|not accessible|not available|denied)\W+(?:\w+\W+){0,12}?(?:court|order|law|authorit|government|ministr|regulat|commission|legislation|act\b|isp\b|internet service provider|country|kingdom|republic|telecom)",
    r"(?:access to|requested) (?:this |the )?(?:web ?site|site|page|url|content|resource|domain)\W+(?:\w+\W+){0,4}(?:has been|is) (?:blocked|restricted|denied|prohibited|banned|forbidden)\W+(?:\w+\W+){0,14}?(?:court|order|law|authorit|government|ministr|regulat|commission|legislation|isp\b|provider|country|policy)",
    r"(?:your|the) (?:requested )?(?:url|site|page|website) (?:has been|is) blocked as per the (?:directions|instructions|orders?)",
    r"blocked (?:under|pursuant to|in compliance with|by order of|as per|on the orders? of) (?:\w+\W+){0,6}(?:order|court|government|authorit|department|ministry|law|act\b|directions)",
    r"surf safely!?|(?:this )?website is not accessible (?:in|from|within) (?:\w+\W+){0,3}(?:pakistan|emirates|kingdom)",
    r"(?:unavailable|not available) (?:due to|for) legal (?:reasons|demand)",
    r"content (?:is )?(?:blocked|prohibited)\W+(?:\w+\W+){0,8}(?:internet access management|regulatory policy|telecommunications)",
    r"sorry,? the requested page is unavailable\W+(?:\w+\W+){0,20}(?:prohibited|kingdom|ministry|rules)",
    # Turkish, Azerbaijani
    r"(?:bu )?(?:internet sitesi|siteye|internet adresine|web sitesi|alan adına)\W+(?:\w+\W+){0,25}?(?:erişim(?:e)?|erişimin) (?:engellen|engelleme|kapatıl)",
    r"sayılı kararı?\w*\W+(?:\w+\W+){0,12}(?:engellen|erişim|uygulanmaktadır)",
    r"erişime engellenmiştir|hakkında (?:\w+\W+){0,6}(?:idari|koruma) tedbir",
    # Arabic, Persian, Urdu
    r"(?:تم حجب|محجوب|حجب هذا|عذرا.{0,40}(?:الموقع|الصفحة).{0,40}(?:محجوب|غير متاح|ممنوع)|هذا الموقع محجوب|الموقع المطلوب غير متاح)",
    r"(?:دسترسی به (?:این|تارنمای|سایت|وب).{0,60}(?:امکان‌پذیر نیست|امکان پذیر نیست|مسدود|ممکن نیست|محدود)|peyvandha\.ir|مشترک گرامی.{0,80}(?:دسترسی|امکان))",
    r"(?:یہ ویب سائٹ|اس سائٹ).{0,60}(?:بلاک|ممنوع|قابل رسائی نہیں)",
    # Chinese, Korean, Thai, Vietnamese, Indonesian, Malay, Burmese, Hindi
    r"(?:该|此|本|您访问的|您所访问的)(?:网站|网页|域名|页面|内容).{0,30}(?:被(?:依法)?(?:屏蔽|封锁|禁止|限制|关停|阻断)|(?:违法|违规).{0,20}(?:禁止|限制|停止)访问|涉嫌违)",
    r"(?:불법[·ㆍ ]?유해\s?정보|유해정보\(사이트\)|방송통신심의위원회).{0,120}(?:차단|제공)",
    r"(?:เว็บไซต์|เนื้อหา|ข้อมูล).{0,80}(?:ถูกระงับ|ถูกปิดกั้น|ระงับการเผยแพร่|ปิดกั้นโดย)|กระทรวงดิจิทัล.{0,80}ระงับ",
    r"(?:trang web|website|tên miền) .{0,60}(?:bị chặn|đã bị khóa|bị ngăn chặn)",
    r"(?:situs|laman|konten) .{0,60}(?:diblokir|tidak dapat diakses)\W+(?:\w+\W+){0,14}(?:kominfo|komdigi|kementerian|peraturan|undang|hukum|trust)|internet positif|trustpositif|internet sehat",
    r"(?:laman web|tapak web) .{0,60}(?:tidak boleh diakses|disekat|tidak dibenarkan)|larangan undang-undang|communications and multimedia act",
    r"(?:इस|यह) (?:वेबसाइट|साइट|यूआरएल).{0,60}(?:ब्लॉक|अवरुद्ध|प्रतिबंधित)",
    # Spanish, Portuguese, Italian, French, German, Danish, Dutch, Greek, Polish, Romanian, Bulgarian, others of the EU
    r"(?:acceso|contenido|p[áa]gina|sitio)\W+(?:\w+\W+){0,6}(?:bloquead[oa]|restringid[oa])\W+(?:\w+\W+){0,14}?(?:orden|requerimiento|autoridad|judicial|juzgado|conatel|ley|cumplimiento)",
    r"(?:acesso|site|s[íi]tio|p[áa]gina|conte[úu]do)\W+(?:\w+\W+){0,8}(?:bloquead[oa]|impedido|restrito)\W+(?:\w+\W+){0,14}?(?:ordem|decis[ãa]o|judicial|autoridade|anatel|determina|cumprimento|tribunal)",
    r"(?:sito|accesso|pagina|dominio)\W+(?:\w+\W+){0,10}(?:oscurat\w|sequestrat\w|inibit\w|interdett\w|bloccat\w|sottopost\w)\W+(?:\w+\W+){0,16}?(?:ordine|autorit|giudiziari|procura|agcom|polizia|decret|provvedimento|sequestro|adm\b|consob)",
    r"(?:site|acc[èe]s|page|contenu)\W+(?:\w+\W+){0,8}(?:bloqu[ée]\w*|interdit\w*|suspendu\w*)\W+(?:\w+\W+){0,16}?(?:d[ée]cision|ordre|autorit|judiciaire|tribunal|loi|minist[èe]re|arcom|hadopi)",
    r"vous avez été redirigé vers ce site officiel|vous allez être redirigé vers le site officiel",
    r"(?:website|seite|webseite|domain)\W+(?:\w+\W+){0,12}(?:gesperrt|nicht verf[üu]gbar)\W+(?:\w+\W+){0,20}?(?:urheberrecht|cuii|gericht|beh[öo]rd|anordnung|gesetz|rechtswidrig)|diese webseite ist aus urheberrechtlichen gründen nicht verfügbar",
    r"(?:hjemmesiden|siden|websitet)\W+(?:\w+\W+){0,10}(?:blokeret|spærret)|den (?:valgte )?side er blokeret",
    r"(?:website|site|toegang)\W+(?:\w+\W+){0,10}geblokkeerd\W+(?:\w+\W+){0,14}?(?:rechter|rechtbank|vonnis|wet|overheid|bevel)",
    r"(?:ιστ[όο]τοπ\w+|ιστοσελίδα|πρόσβαση)\W+(?:\w+\W+){0,14}(?:αποκλει|απαγορε|διακοπή|μη επιτρεπ)",
    r"(?:strona|witryna|domena|dost[ęe]p)\W+(?:\w+\W+){0,14}(?:zablokowan\w*|wpisan\w* do rejestru)\W+(?:\w+\W+){0,16}?(?:rejestr|ustaw|hazard|decyzj|s[ąa]d)",
    r"(?:site|acces\w*)\W+(?:\w+\W+){0,10}(?:blocat|restric[țt]ionat|interzis)\W+(?:\w+\W+){0,16}?(?:onjn|deciz|ordin|lege|autorit)",
    r"(?:сайт|достъп)\w*\W+(?:\w+\W+){0,10}(?:блокиран|спрян|ограничен)\W+(?:\w+\W+){0,14}?(?:съд|закон|нап|комиси|разпореждане)",
)
"""Words of a page that stands where a forbidden one was asked for."""

BLOCK_TITLE = _any(
    r"^\W*(?:доступ (?:к ресурсу |к сайту )?(?:ограничен|заблокирован|запрещ[её]н|закрыт)|сайт заблокирован|ресурс заблокирован|доступ обмежено|сайт заблоковано)",
    r"^\W*(?:web ?site|site|page|content|access) (?:is |has been )?(?:blocked|restricted|censored|prohibited)\W*$",
    r"^\W*(?:blocked|surf safely|unavailable for legal reasons|451\b.*)\W*$",
    r"^\W*(?:erişim engellendi|site engellendi|internet positif|warning\.or\.kr|불법.{0,3}유해)",
    r"^\W*(?:الموقع محجوب|موقع محجوب|حجب|دسترسی مسدود|پیوندها)",
    r"^\W*(?:sito (?:bloccato|sequestrato|oscurato)|sitio bloqueado|site bloqu[ée]|site bloqueado|gesperrt|geblokkeerd)",
)

SOFT_404 = _any(
    r"\b(?:error |http )?404\b(?! (?:people|million|days|miles|km))",
    r"(?:page|article|story|content|file|url|document|post) (?:you (?:requested|are looking for|were looking for|have requested|tried to access)\W*)?(?:was |is |has |could |can ?|may )?(?:not (?:be )?found|cannot be found|can't be found|couldn't be found|no longer (?:exists?|available)|been removed|does not exist|doesn't exist)",
    r"(?:we )?(?:can't|cannot|couldn't|could not) find (?:that|the|this) page|nothing (?:was )?found|page unavailable|page not available|not found$|oops[!.,]? (?:that|this|we|something|page)",
    r"страниц[аы]\W+(?:\w+\W+){0,4}(?:не найден|не существует|удален|удалён|отсутствует)|такой страницы (?:нет|не)|ничего не найдено|ошибка 404|материал (?:не найден|удал[её]н)",
    r"сторінк[ау]\W+(?:\w+\W+){0,4}(?:не знайден|не існує|видален)|сторінку не знайдено|старонка не знойдзена|страницата не (?:е намерена|съществува)|strani(?:ca|ce) nije prona",
    r"seite (?:wurde )?(?:leider )?nicht (?:gefunden|vorhanden|verfügbar)|seite existiert nicht|page (?:introuvable|non trouv[ée]e|inexistante)|p[áa]gina no (?:encontrada|existe|disponible)|no (?:se )?(?:ha )?encontr\w+ la p[áa]gina",
    r"p[áa]gina n[ãa]o (?:foi )?(?:encontrada|existe)|pagina non (?:trovata|esiste)|pagina niet gevonden|sidan (?:hittades inte|kunde inte hittas)|siden (?:blev |ble )?ikke fund?net|sivua ei löyd",
    r"strona nie (?:została znaleziona|istnieje)|nie znaleziono strony|stránka nebyla nalezena|stránka nenájdená|az oldal nem található|pagina nu (?:a fost găsită|există)|η σελίδα δεν (?:βρέθηκε|υπάρχει)",
    r"sayfa (?:bulunamadı|mevcut değil)|aradığınız sayfa|səhifə tapılmadı|halaman tidak ditemukan|không tìm thấy trang|trang không tồn tại",
    r"الصفحة (?:المطلوبة )?(?:غير موجودة|لم يتم العثور)|صفحه.{0,20}(?:یافت نشد|پیدا نشد|وجود ندارد)|הדף לא נמצא|पृष्ठ नहीं मिला|ไม่พบหน้า",
    r"(?:页面|网页|頁面|網頁|文章|内容|內容)(?:.{0,6})(?:不存在|未找到|找不到|已删除|已被删除|已刪除|丢失)|找不到(?:页面|頁面|网页|網頁)|ページが(?:見つかりません|存在しません)|페이지를 찾을 수 없|존재하지 않는 페이지",
)

CONSENT_WALL = _any(
    r"before you continue|we value your privacy|we care about your privacy|your privacy (?:is important|matters)|manage (?:your )?(?:cookie|consent|privacy)|accept (?:all|and continue|& continue)|store and/?or access information on a device|our (?:\d+ )?(?:advertising )?partners (?:store|use|process)|cookie (?:consent|settings|preferences|wall)|consent to (?:the use of )?cookies",
    r"мы (?:ценим вашу конфиденциальность|используем файлы cookie)|ми цінуємо вашу приватність|принять все|настройки cookie",
    r"wir (?:schätzen|respektieren) ihre privatsphäre|mit werbung (?:weiterlesen|nutzen)|alle akzeptieren|zustimmen und weiter|einwilligung|cookies? akzeptieren|werbefrei (?:lesen|nutzen)|pur[- ]abo",
    r"nous respectons votre vie privée|continuer sans accepter|tout accepter|accepter (?:et fermer|les cookies|et continuer)|gérer (?:mes|les) (?:choix|cookies)",
    r"valoramos (?:su|tu) privacidad|aceptar (?:todo|todas|cookies|y continuar)|nos preocupamos por (?:su|tu) privacidad|valorizamos a sua privacidade|aceitar (?:todos|tudo|e continuar)|rispettiamo la (?:tua|vostra) privacy|accetta (?:tutti|tutto|e continua)|la tua privacy",
    r"szanujemy (?:twoją|państwa) prywatność|zaakceptuj wszystk|przejdź do serwisu|alles accepteren|wij (?:waarderen|respecteren) (?:uw|je) privacy|godkänn alla|accepter alle|godta alle|hyväksy kaikki|gizliliğinize (?:önem|saygı)|tümünü kabul|před pokračováním|souhlasím a",
)

PAYWALL = _any(
    r"(?:subscribe|sign in|log in|register|create (?:a free |an )?account) to (?:continue|read|keep reading|unlock|access|view)|already (?:a subscriber|have an account|a member|subscribed)|(?:this )?(?:article|content|story|post|page) is (?:for|reserved for|available (?:only )?to|only available to|exclusive to) (?:our )?(?:\w+ )?(?:subscribers|members|registered)|subscribers? only|members? only|to (?:continue|keep) reading|you have (?:reached|read) your (?:limit|last|monthly)|free articles? (?:left|remaining|this month)|please (?:log|sign) in|login required|you must be logged in|premium content|unlock this (?:article|story)",
    r"(?:чтобы|для того чтобы) (?:продолжить|прочитать|читать)\W+(?:\w+\W+){0,6}(?:подпис|войдите|зарегистр|авториз)|(?:доступ\w*|материал|статья)\W+(?:\w+\W+){0,5}(?:только )?(?:для |по )(?:подписчик|подписке|зарегистрированн)|войдите на сайт|требуется авторизация|необходимо (?:авторизоваться|войти|зарегистрироваться)|оформите подписку",
    r"щоб (?:продовжити|читати|прочитати)\W+(?:\w+\W+){0,6}(?:підпис|увійд|зареєстр)|(?:доступн\w*|матеріал|стаття)\W+(?:\w+\W+){0,5}(?:лише |тільки )?(?:для |за )(?:передплатник|підписник|передплатою|підпискою)",
    r"(?:jetzt )?weiterlesen mit|(?:artikel|inhalt)\W+(?:\w+\W+){0,5}(?:nur für |für )?(?:abonnenten|registrierte)|bitte (?:melden sie sich an|anmelden|einloggen)|sie sind bereits abonnent|um (?:den|diesen) artikel (?:zu lesen|weiterzulesen)",
    r"(?:article|contenu)\W+(?:\w+\W+){0,4}réservé (?:à nos |aux )?abonnés|il vous reste \d+|déjà abonné|pour lire la suite|connectez-vous pour|(?:contenido|artículo|noticia)\W+(?:\w+\W+){0,4}(?:exclusivo|solo) para (?:suscriptores|usuarios)|(?:suscríbete|suscríbase|inicia sesión|regístrate) para (?:seguir|leer|continuar|acceder)|ya eres suscriptor",
    r"(?:conteúdo|artigo|matéria)\W+(?:\w+\W+){0,4}exclusiv[oa] (?:para |de )?assinantes|já é assinante|(?:assine|faça login|cadastre-se) para (?:continuar|ler)|contenuto riservato agli abbonati|articolo riservato|sei già abbonato|abbonati per (?:continuare|leggere)|voor abonnees|dostęp dla (?:prenumeratorów|subskrybentów)|zaloguj się,? (?:aby|żeby)|přihlaste se",
    r"(?:登录|登入|登錄|注册|订阅)(?:后|後)?(?:.{0,6})(?:阅读|閱讀|查看|继续|繼續)(?:全文)?|订阅者专享|訂戶專享|会員限定|有料会員|この記事は会員|続きを読むには|로그인(?: 후|이 필요)|유료 ?회원|abone olun(?:uz)?|okumak için (?:abone|giriş)|للمشتركين فقط|سجل الدخول|وارد شوید",
)

CHALLENGE_TEXT = _any(
    r"just a moment|checking (?:if the site connection is secure|your browser)|verif(?:y|ying) (?:that )?you are (?:a )?human|(?:are|you're) (?:not )?a (?:robot|human)|enable javascript and cookies to continue|attention required!|ddos(?:-| )(?:protection|guard)|complete the (?:security check|captcha)|security check to access|please (?:complete|solve) (?:the|this) captcha|pardon our interruption|unusual (?:traffic|activity) from your|access (?:to this page has been )?denied|you have been blocked|request unsuccessful\. incapsula|performing security verification|bot (?:detection|verification)|please wait while we (?:verify|check)|sorry, you have been blocked",
    r"проверка (?:вашего )?браузера|подтвердите,? что вы (?:не робот|человек)|вы не робот|доступ (?:к сайту )?(?:временно )?запрещ[её]н\W+(?:\w+\W+){0,6}(?:робот|подозрит|запрос)|запросы, поступившие с вашего|перевірка (?:вашого )?браузера|підтвердьте,? що ви не робот",
    r"einen moment(?: bitte)?|(?:ihr )?browser wird überprüft|bist du ein mensch|sind sie ein mensch|vérification de (?:votre|la) (?:navigateur|connexion)|êtes-vous un (?:humain|robot)|verificando (?:su|tu|seu|o seu) navegador|verifique que (?:es|usted es) humano|no eres un robot|un momento|um momento|bir dakika|tarayıcınız kontrol|jeden moment|verifica che sei umano",
    r"请(?:完成|进行)(?:安全)?验证|人机验证|安全验证|正在检查|請稍候|请稍候|驗證您是(?:真人|人類)|验证您是真人|ロボットではありません|ブラウザを確認|로봇이 아닙니다|보안 확인|لحظة|التحقق من المتصفح|بررسی مرورگر|در حال بررسی",
)
CHALLENGE_TITLE = _any(
    r"^\W*(?:just a moment|attention required|access denied|pardon our interruption|ddos-guard|security check|checking your browser|one moment|please wait|robot check|are you (?:a )?(?:human|robot)|human verification|bot verification|captcha|you have been blocked|403 forbidden|forbidden|nur einen moment|einen moment|un instant|un momento|um momento|bir dakika|подождите|проверка|请稍候|請稍候|安全验证|ちょっと待って)",
)
CHALLENGE_CODE = _any(
    r"/cdn-cgi/challenge-platform|cf-chl-|cf_chl_opt|cf-browser-verification|_incapsula_resource|captcha-delivery|px-captcha|/_sec/cp_challenge|ddos-guard/|geetest|aws-?waf|awswafcookie|hcaptcha\.com/1/api|recaptcha/(?:api|enterprise)|smartcaptcha|challenges\.cloudflare|akamai.{0,20}bot|perimeterx|datadome|sucuri_cloudproxy|__jsl_clearance|anubis|turnstile",
)
"""Code of the usual protection services; decides only where next to no text is beside it."""

NEEDS_SCRIPT = _any(
    r"(?:enable|activate|turn on|requires?|need to enable|without) java ?script|java ?script (?:is |must be |to be )?(?:disabled|required|enabled|not (?:enabled|available))|включите (?:поддержку )?java ?script|увімкніть java ?script|javascript (?:aktivieren|einschalten)|activer (?:le )?javascript|active javascript|habilit\w+ (?:o )?javascript|habilitar javascript|abilita\w* javascript|javascript['’]?i etkinleştir|启用 ?javascript|啟用 ?javascript|javascriptを有効|자바스크립트"
)

LIVE = _any(
    r"\b(?:live (?:blog|updates?|coverage|ticker|feed)|as it happened|minute by minute|liveblog|liveticker|live-ticker|newsblog|newsticker)\b",
    r"онлайн[- ](?:трансляция|репортаж|хроника)|текстовая трансляция|хроника событий|онлайн-хроніка|текстова трансляція|en (?:direct|directo|vivo)\s*[:|.]|minuto a minuto|ao vivo\s*[:|.]|(?:in )?diretta\s*[:|.]|relacja na żywo|canlı (?:anlatım|blog)|مباشر\s*[:|]|لحظه به لحظه|实时更新|即時更新",
)
