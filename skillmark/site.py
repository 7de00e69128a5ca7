"""The site: one Flask application made from the pages of verifier and issuer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Flask, render_template, request
from werkzeug.middleware.proxy_fix import ProxyFix

from issuer import Claims, OidcSignIn, is_long_job, run_unless_stopped, unfinished_jobs
from issuer.web import (
    DRAFTS_FOLDER,
    CourseDraftStore,
    DeskSessions,
    DraftStore,
    IssuerDeps,
    JobRunner,
    create_desk_blueprint,
    create_issuer_blueprint,
)
from keys import CachingFetcher, DocumentCache, GuardedFetcher, LazyFetcher, NetworkShare, SharedFetcher, system_clock
from pages import create_limiter, current_client, install_pages
from skillmark.api_challenges import OwnChallenges
from skillmark.api_issuing import ApiIssuing
from skillmark.api_keys import ApiKeyStore
from skillmark.api_store import SignedFiles
from skillmark.mailing import compose_mailing
from skillmark.memory import load_contexts, open_memory
from skillmark.published import find_published_badge
from skillmark.settings import load_link_secret
from skillmark.text_settings import UNLISTED_TEXTS_PER_DAY
from skillmark.wallet_wiring import compose_wallet_deps
from skillmark.web import (
    ConformanceDeps,
    QuickDoor,
    VcApiDeps,
    compose_endpoints,
    create_conformance_routes,
    create_vc_api,
    install_vc_api,
)
from skillmark.wiring import with_own_documents
from verifier import (
    FolderChallengeBook,
    StatusCache,
    TrustList,
    VerificationContext,
    verify_any,
    verify_presented,
)
from verifier.web import VerifierDeps, create_verifier_blueprint
from wallet.web import create_wallet_blueprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from flask.typing import ResponseReturnValue

    from issuer import Ledger, OidcNetwork, OidcProvider
    from keys import Clock, Fetcher
    from pages import Limiter
    from skillmark.mail_settings import MailSettings
    from skillmark.mailing import Mailing
    from skillmark.text_settings import TextSettings
    from verifier import HighWaterStore, VerifiedStatusList

_log = logging.getLogger(__name__)


def guarded_network() -> Fetcher:
    """Return the guarded door to the network with a fresh budget for one verification."""
    return GuardedFetcher().for_verification()


def guarded_door() -> OidcNetwork:
    """Return the same door for one sign-in through another site, which also sends."""
    return GuardedFetcher().for_verification()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What a site is made from.

    Args:
        base_url: Public address, without a slash at its end; the only host that is answered to.
        home: Data folder; class lists wait in `drafts/` below it.
        session_secret: Signs session cookies.
        desk_password_hash: Returns the argon2 hash that is set now; empty when there is none.
        ledger: The record of what was issued; the caller closes its database after the site.
        trust_list: Issuers that this place knows.
        network: Returns the fetcher for one verification.
        clock: Aware UTC.
        mail: Who mails come from, and which server takes them; None writes them to files of the data folder.
        mail_password: Returns the password for the mail server.
        texts: Which gateway takes text messages; None writes them to files of the data folder.
        text_secret: Returns what the gateway knows us by.
        unlisted_texts_per_day: How many codes are texted in a day to numbers that no class list has.
        oidc: Sites through which people of the desk sign in.
        oidc_network: Returns the door to them, for one sign-in.
        proxy_hops: How many reverse proxies of ours stand in front. Their word on the client's address is
            believed, nobody else's; with 0 no forwarded header is read. The host is never taken from one.
        conformance_documents: Documents that count as fetched, by address, for the conformance mode (open
            VC-API, loopback only); None for the VC-API of the product.
    """

    base_url: str
    home: Path
    session_secret: str = field(repr=False)
    desk_password_hash: Callable[[], str] = field(repr=False)
    ledger: Ledger
    trust_list: TrustList = field(default_factory=TrustList)
    network: Callable[[], Fetcher] = guarded_network
    clock: Clock = system_clock
    mail: MailSettings | None = None
    mail_password: Callable[[], str] = field(default=str, repr=False)
    texts: TextSettings | None = None
    text_secret: Callable[[], str] = field(default=str, repr=False)
    unlisted_texts_per_day: int = UNLISTED_TEXTS_PER_DAY
    oidc: tuple[OidcProvider, ...] = ()
    oidc_network: Callable[[], OidcNetwork] = guarded_door
    proxy_hops: int = 0
    conformance_documents: Mapping[str, bytes] | None = None


def create_site(settings: SiteSettings) -> Flask:
    """Return the application. Jobs that the last one left unfinished go on at once, but for those somebody stopped."""
    settings = replace(settings, network=_share_network(settings))
    app = Flask("skillmark", static_folder=None, template_folder=None)
    app.secret_key = settings.session_secret
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]
    else:
        _warn_of_proxy(app)
    limiter = create_limiter()
    ledger = settings.ledger
    install_pages(app, base_url=settings.base_url, limiter=limiter, time_zone=ledger.time_zone)
    SignedFiles(ledger, settings.home).take_over()
    compose_context = _contexts(settings)
    verifier_deps = VerifierDeps(
        base_url=settings.base_url,
        find_badge=lambda slug: find_published_badge(ledger, slug),
        verify=lambda credential: verify_presented(credential, context=compose_context()),
        verify_any=lambda credential: verify_any(credential, context=compose_context()),
        verify_url=lambda url: verify_any(url, context=compose_context()),
        limiter=limiter,
    )
    claims = Claims(ledger, load_link_secret(settings.home))
    mailing = compose_mailing(
        claims,
        home=settings.home,
        mail=settings.mail,
        password=settings.mail_password,
        texts=settings.texts,
        text_secret=settings.text_secret,
    )
    jobs = JobRunner(
        lambda job_id, pause: run_unless_stopped(ledger, job_id, on_progress=lambda _: pause()),
        is_long=lambda job_id: is_long_job(ledger, job_id),
    )
    issuer_deps = _compose_issuer_deps(settings, claims, mailing, jobs, limiter)
    wallet_deps = compose_wallet_deps(
        claims,
        compose_context,
        unlisted_texts_per_day=settings.unlisted_texts_per_day,
        sends_mail=mailing.has_server,
        sends_texts=mailing.has_gateway,
    )
    for blueprint in (
        _create_home(),
        create_verifier_blueprint(verifier_deps),
        create_issuer_blueprint(issuer_deps),
        create_desk_blueprint(issuer_deps),
        create_wallet_blueprint(wallet_deps, limiter=limiter),
    ):
        app.register_blueprint(blueprint)
    _install_vc_api(app, settings, verifier_deps)
    app.extensions["skillmark.jobs"] = jobs
    app.extensions["skillmark.mailing"] = mailing
    jobs.start_all(job.job_id for job in reversed(unfinished_jobs(ledger)))
    return app


def _compose_issuer_deps(
    settings: SiteSettings, claims: Claims, mailing: Mailing, jobs: JobRunner, limiter: Limiter
) -> IssuerDeps:
    ledger = settings.ledger
    return IssuerDeps(
        base_url=settings.base_url,
        ledger=ledger,
        clock=settings.clock,
        desk_password_hash=settings.desk_password_hash,
        sessions=DeskSessions(ledger.database, clock=settings.clock, desk_password_hash=settings.desk_password_hash),
        drafts=DraftStore(settings.home / DRAFTS_FOLDER, clock=settings.clock),
        course_drafts=CourseDraftStore(settings.home / "course-drafts", clock=settings.clock),
        jobs=jobs,
        limiter=limiter,
        claims=claims,
        mail_files=mailing.folder.read,
        has_mail_server=mailing.has_server,
        has_text_gateway=mailing.has_gateway,
        oidc=_compose_sign_ins(settings),
    )


def _compose_sign_ins(settings: SiteSettings) -> tuple[OidcSignIn, ...]:
    return tuple(
        OidcSignIn(
            provider,
            redirect_uri=f"{settings.base_url}/desk/oidc/{provider.name}/return",
            database=settings.ledger.database,
            network=settings.oidc_network,
            clock=settings.clock,
        )
        for provider in settings.oidc
    )


def _share_network(settings: SiteSettings) -> Callable[[], Fetcher]:
    """Return the network of the settings, of which slow hosts can hold only a part of the server's threads.

    One client's hosts hold a part of that part, so that nobody alone keeps all others from being answered.
    """
    share = NetworkShare(is_known=settings.trust_list.hosts().__contains__)

    def open_network() -> Fetcher:
        return SharedFetcher(LazyFetcher(settings.network), share=share, asker=current_client())

    return open_network


def _warn_of_proxy(app: Flask) -> None:
    """Say once that a proxy stands in front that nobody told us of: all visitors then share one address."""
    warned: list[str] = []

    @app.before_request
    def warn() -> None:
        if not warned and "X-Forwarded-For" in request.headers:
            warned.append("once")
            _log.warning(
                "a request came with X-Forwarded-For while proxy_hops is 0: if a proxy of yours stands in front, "
                "set proxy_hops in skillmark.toml, or all visitors share one limit of requests and sign-ins"
            )


def _install_vc_api(app: Flask, settings: SiteSettings, verifier: VerifierDeps) -> None:
    """Install the VC-API: with API keys, or open in conformance mode; never both."""
    if settings.conformance_documents is not None:
        deps = ConformanceDeps(
            base_url=settings.base_url, clock=settings.clock, documents=settings.conformance_documents
        )
        install_vc_api(app, create_conformance_routes(deps))
        return
    endpoints = compose_endpoints(
        VcApiDeps(
            keys=ApiKeyStore(settings.home / "secrets"),
            issuing=ApiIssuing(settings.ledger),
            challenges=OwnChallenges(
                book=FolderChallengeBook(settings.home / "challenges"),
                clock=settings.clock,
                domain=urlsplit(settings.base_url).netloc,
            ),
            verify=verifier.verify,
            network=settings.network,
            clock=settings.clock,
            limiter=verifier.limiter,
        )
    )
    install_vc_api(app, create_vc_api(endpoints, base_url=settings.base_url))
    door = QuickDoor(app, endpoints, base_url=settings.base_url, proxy_hops=settings.proxy_hops)
    app.wsgi_app = door  # type: ignore[method-assign]


def _create_home() -> Blueprint:
    blueprint = Blueprint("site", __name__)

    @blueprint.get("/")
    def home() -> ResponseReturnValue:
        return render_template("pages/home.html")

    @blueprint.get("/worker")
    def worker_help() -> ResponseReturnValue:
        return render_template("pages/worker.html")

    return blueprint


class _LiveOwnLists(StatusCache):
    """Keeps other people's status lists, never our own: what was revoked here a moment ago shows at once."""

    def __init__(self, base_url: str, *, high_water: HighWaterStore) -> None:
        super().__init__(high_water=high_water)
        self._own = f"{base_url}/"

    def find_fresh(self, url: str, *, now: datetime) -> VerifiedStatusList | None:
        """Return a kept list that is fresh; None for one of ours."""
        return None if url.startswith(self._own) else super().find_fresh(url, now=now)


def _contexts(settings: SiteSettings) -> Callable[[], VerificationContext]:
    memory = open_memory(settings.home)
    status_cache = _LiveOwnLists(settings.base_url, high_water=memory.high_water)
    documents = DocumentCache()
    pinned = load_contexts(settings.home)

    def open_network() -> Fetcher:
        network = CachingFetcher(settings.network(), cache=documents, clock=settings.clock)
        return with_own_documents(settings.ledger, network)

    def compose() -> VerificationContext:
        return VerificationContext(
            now=settings.clock(),
            fetcher=LazyFetcher(open_network),  # most badges need none
            trust_list=settings.trust_list,
            status_cache=status_cache,
            key_pins=memory.key_pins,
            contexts=pinned,
        )

    return compose
