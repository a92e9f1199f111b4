"""The words of the field: measures, statuses, features, methods, scopes, and the kinds of feeds and pages."""

from enum import StrEnum


class Measure(StrEnum):
    """What is done to access or speech online. An item can have several. Definitions: docs/taxonomy.md."""

    WEBSITE_BLOCK = "website_block"
    SOCIAL_MEDIA_BLOCK = "social_media_block"
    MESSAGING_BLOCK = "messaging_block"
    VPN_CIRCUMVENTION = "vpn_circumvention"
    INTERNET_SHUTDOWN = "internet_shutdown"
    THROTTLING = "throttling"
    CONTENT_TAKEDOWN = "content_takedown"
    APP_STORE_REMOVAL = "app_store_removal"
    LEGAL_REGULATION = "legal_regulation"
    SURVEILLANCE_OF_USERS = "surveillance_of_users"
    ARREST_PROSECUTION = "arrest_prosecution"
    TECHNICAL_INTERFERENCE = "technical_interference"
    SEARCH_FILTERING = "search_filtering"
    UNBLOCKING = "unblocking"


class Status(StrEnum):
    """How far a measure has come, as an article tells it."""

    PROPOSED = "proposed"
    ORDERED = "ordered"
    IN_FORCE = "in_force"
    PARTLY_LIFTED = "partly_lifted"
    LIFTED = "lifted"
    DENIED = "denied"


class Feature(StrEnum):
    """Which part of a service is hit."""

    WHOLE_SERVICE = "whole_service"
    CALLS = "calls"
    MEDIA = "media"
    REGISTRATION = "registration"
    APP_STORE = "app_store"
    API = "api"


class Method(StrEnum):
    """How a measure is carried out technically or in law."""

    DNS = "dns"
    IP = "ip"
    SNI_TLS = "sni_tls"
    HTTP_BLOCK_PAGE = "http_block_page"
    DPI = "dpi"
    BGP = "bgp"
    THROTTLING = "throttling"
    SHUTDOWN = "shutdown"
    POWER_CUT = "power_cut"
    PLATFORM_ORDER = "platform_order"
    PLATFORM_GEOBLOCK = "platform_geoblock"
    ACCOUNT_SUSPENSION = "account_suspension"
    UNKNOWN = "unknown"


class Scope(StrEnum):
    """How far a measure reaches."""

    LOCAL = "local"
    REGIONAL = "regional"
    NATIONAL = "national"
    OCCUPIED_TERRITORY = "occupied_territory"
    TRANSNATIONAL = "transnational"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How loud an alert is, from the quietest."""

    INFO = "info"
    WATCH = "watch"
    ALERT = "alert"
    CRITICAL = "critical"


class FeedKind(StrEnum):
    """What sort of source a feed is."""

    NEWSWIRE = "newswire"
    NATIONAL_MEDIA = "national_media"
    REGIONAL_NEWS = "regional_news"
    EXILE_MEDIA = "exile_media"
    STATE_MEDIA = "state_media"
    TECH_NEWS = "tech_news"
    DIGITAL_RIGHTS = "digital_rights"
    HUMAN_RIGHTS = "human_rights"
    PRESS_FREEDOM = "press_freedom"
    RESEARCH = "research"
    MEASUREMENT = "measurement"
    CIRCUMVENTION = "circumvention"
    COMMUNITY = "community"
    OFFICIAL = "official"
    SEARCH = "search"


class Fate(StrEnum):
    """Where an entry ended. Each entry of a feed has just one fate."""

    INDEXED = "indexed"
    NOT_RELEVANT = "not_relevant"
    DEAD_LETTER = "dead_letter"


class Stage(StrEnum):
    """Where in the flow something failed."""

    POLL = "poll"
    PARSE = "parse"
    FETCH = "fetch"
    EXTRACT = "extract"
    CLASSIFY = "classify"
    INDEX = "index"
    GROUP = "group"
    ALERT = "alert"


class PageKind(StrEnum):
    """What a fetched page is. Only articles and live blogs go on."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    LIST = "list"
    SOFT_404 = "soft_404"
    LOGIN_OR_PAYWALL = "login_or_paywall"
    CONSENT_WALL = "consent_wall"
    BOT_CHALLENGE = "bot_challenge"
    JAVASCRIPT_SHELL = "javascript_shell"
    BLOCK_PAGE = "block_page"
    EMPTY = "empty"
    NOT_HTML = "not_html"
