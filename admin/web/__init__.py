"""The staff pages: thin views over the services of this package."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask

from admin import browsers, joining, spent
from admin.runtime import open_staff
from admin.web import (
    addresses,
    alerts,
    arriving,
    audit,
    case,
    contact,
    context,
    deciding,
    declaring,
    emergency,
    errors,
    files,
    flooding,
    guard,
    holding,
    leaving,
    linking,
    lists,
    own,
    own_words,
    passphrases,
    people,
    planning,
    practice,
    proposals,
    queue,
    rendering,
    signin,
    story,
    triage,
    vetting,
)
from crypto.passphrase import STANDARD, Parameters
from reporting import withdrawal
from reporting.languages import OFFERED
from reporting.runtime import Runtime
from reporting.web import budgets, language
from reporting.web.budgets import Kind

HERE: Final = Path(__file__).parent.parent
STAFF_CATALOGUE: Final = (HERE / "locale", "staff")
PAGES: Final = (
    # Without its slash too: Flask's own redirect would repeat whatever host a request names.
    ("", "GET", signin.to_home),
    ("", "POST", signin.to_home),
    ("/", "GET", lists.home),
    ("/next", "POST", triage.pull_next),
    ("/list/received", "GET", queue.queue),
    ("/list/<list:name>", "GET", lists.list_of),
    ("/queue/<place:after>", "GET", queue.queue_from),
    ("/case/<case:case>", "GET", case.open_case),
    ("/case/<case:case>/take", "POST", triage.take_case),
    ("/case/<case:case>/take-over", "POST", triage.take_over),
    ("/case/<case:case>/code", "POST", triage.code_case),
    ("/case/<case:case>/unmask", "GET", story.show_unmask),
    ("/case/<case:case>/unmask", "POST", story.unmask_case),
    ("/case/<case:case>/translation", "POST", story.add_translation),
    ("/case/<case:case>/skip", "GET", triage.show_skip),
    ("/case/<case:case>/skip", "POST", triage.skip_case),
    ("/case/<case:case>/decide/<move:move>", "GET", deciding.show_decision),
    ("/case/<case:case>/decide/<move:move>", "POST", deciding.decide),
    ("/case/<case:case>/done/<move:move>", "GET", triage.show_done),
    ("/case/<case:case>/undo", "POST", triage.undo_case),
    ("/case/<case:case>/countersign", "POST", triage.countersign_case),
    ("/case/<case:case>/look", "POST", triage.look_again),
    ("/case/<case:case>/hold", "GET", holding.show_hold),
    ("/case/<case:case>/hold", "POST", holding.ask_hold),
    ("/case/<case:case>/hold/agree", "POST", holding.agree_hold),
    ("/case/<case:case>/hold/refuse", "POST", holding.refuse_hold),
    ("/case/<case:case>/hold/tell", "POST", holding.tell_hold),
    ("/case/<case:case>/hold/lift", "POST", holding.lift_hold),
    ("/case/<case:case>/links", "GET", linking.show_links),
    ("/case/<case:case>/compare/<case:other>", "GET", linking.show_pair),
    ("/case/<case:case>/compare/<case:other>", "POST", linking.judge_pair),
    ("/case/<case:case>/told", "POST", linking.note_told),
    ("/case/<case:case>/flood", "GET", flooding.show_flood),
    ("/case/<case:case>/flood", "POST", flooding.propose_flood),
    ("/case/<case:case>/flood/confirm", "POST", flooding.confirm_flood),
    ("/case/<case:case>/flood/done/<left:left>", "GET", flooding.show_flood_done),
    ("/case/<case:case>/note", "POST", case.add_note),
    ("/case/<case:case>/own-note", "POST", case.add_own_note),
    ("/case/<case:case>/task", "GET", planning.show_task),
    ("/case/<case:case>/task", "POST", planning.add_task),
    ("/case/<case:case>/task/<row:number>", "POST", planning.end_task),
    ("/case/<case:case>/flag", "POST", planning.set_flag),
    ("/case/<case:case>/unflag", "POST", planning.clear_flag),
    ("/case/<case:case>/keep", "GET", planning.show_keep),
    ("/case/<case:case>/keep", "POST", planning.keep_case),
    ("/case/<case:case>/give-up", "POST", planning.give_up_case),
    ("/case/<case:case>/check", "GET", planning.show_check),
    ("/case/<case:case>/check", "POST", planning.move_check),
    ("/case/<case:case>/reply", "POST", own_words.reply),
    ("/case/<case:case>/words/<draft:draft>", "GET", own_words.show_draft),
    ("/case/<case:case>/words/<draft:draft>", "POST", own_words.change_draft),
    ("/case/<case:case>/words/<draft:draft>/read", "POST", own_words.read_draft),
    ("/case/<case:case>/contact", "GET", contact.show_contact),
    ("/case/<case:case>/contact", "POST", contact.ask_contact),
    ("/case/<case:case>/contact/second", "POST", contact.answer_contact),
    ("/case/<case:case>/contact/open", "POST", contact.open_contact),
    ("/case/<case:case>/emergency", "GET", emergency.show_emergency),
    ("/case/<case:case>/emergency", "POST", emergency.propose_emergency),
    ("/case/<case:case>/emergency/sign", "POST", emergency.sign_emergency),
    ("/case/<case:case>/files", "POST", files.send_files),
    ("/case/<case:case>/file/<file:file>", "GET", files.hand_out_file),
    ("/people", "GET", people.people),
    ("/people/invite", "GET", people.show_invite),
    ("/people/invite", "POST", people.invite),
    ("/people/<member:member>", "GET", people.person),
    ("/people/<member:member>/duties", "GET", people.show_duties),
    ("/people/<member:member>/duties", "POST", people.propose),
    ("/people/<member:member>/remove", "GET", people.show_removal),
    ("/people/<member:member>/remove", "POST", people.remove),
    ("/people/<member:member>/call-off", "POST", people.call_off),
    ("/people/<member:member>/new-keys", "POST", people.invite_again),
    ("/people/<member:member>/leaving", "GET", leaving.show_leaving),
    ("/people/<member:member>/leaving", "POST", leaving.start_leaving),
    ("/people/<member:member>/leaving/list", "POST", leaving.tick_leaving),
    ("/people/<member:member>/leaving/confirm", "POST", leaving.confirm_leaving),
    ("/people/<member:member>/sessions", "POST", own.end_sessions_of),
    ("/me", "GET", own.me),
    ("/me/passkey", "POST", own.add_passkey),
    ("/me/codes", "POST", own.renew_codes),
    ("/me/remove", "POST", own.remove_factor),
    ("/me/end", "POST", own.end_session),
    ("/me/end-others", "POST", own.end_other_sessions),
    ("/proposals/<proposal:proposal>", "GET", proposals.show_proposal),
    ("/proposals/<proposal:proposal>", "POST", proposals.sign_proposal),
    ("/proposals/<proposal:proposal>/decline", "POST", proposals.decline_proposal),
    ("/join/<token>", "GET", arriving.show_join),
    ("/join/<token>", "POST", arriving.take_join),
    ("/audit", "GET", audit.log),
    ("/audit/<row:before>", "GET", audit.log_before),
    ("/audit/found", "GET", audit.ask_log),
    ("/audit/found", "POST", audit.sift_log),
    ("/audit/check", "GET", audit.check_log),
    ("/audit/export", "POST", audit.export_log),
    ("/me/passphrase", "GET", passphrases.show_change),
    ("/me/passphrase", "POST", passphrases.change_passphrase),
    ("/me/force", "GET", passphrases.show_force),
    ("/me/force", "POST", passphrases.change_force),
    ("/me/kept", "GET", passphrases.passphrase_kept),
    ("/me/standing", "GET", declaring.show_standing),
    ("/me/declaration", "GET", declaring.show_declaration),
    ("/me/declaration", "POST", declaring.take_declaration),
    ("/me/attest", "POST", declaring.attest),
    ("/me/conduct", "GET", declaring.show_conduct),
    ("/me/conduct", "POST", declaring.sign_conduct),
    ("/vetting", "GET", vetting.show_vetting),
    ("/vetting/<member:member>", "GET", vetting.show_subject),
    ("/vetting/<member:member>/references", "POST", vetting.file_references),
    ("/vetting/<member:member>/interview", "POST", vetting.file_interview),
    ("/vetting/<member:member>/conduct", "POST", vetting.file_conduct),
    ("/vetting/<member:member>/step", "POST", vetting.propose_step),
    ("/vetting/<member:member>/sign", "POST", vetting.sign_step),
    ("/vetting/<member:member>/drop", "POST", vetting.drop_step),
    ("/vetting/<member:member>/tie", "POST", vetting.decide_tie),
    ("/coverage", "GET", vetting.show_coverage),
    ("/practice", "GET", practice.show_practice),
    ("/practice/<row:sample>", "GET", practice.show_sample),
    ("/alerts/<alert:alert>/seen", "POST", alerts.dismiss_alert),
    ("/sign-in", "GET", signin.show_passphrase),
    ("/sign-in", "POST", signin.take_passphrase),
    ("/sign-in/code", "GET", signin.show_code),
    ("/sign-in/code", "POST", signin.take_code),
    ("/sign-out", "POST", signin.sign_out),
    ("/l/<code>", "GET", signin.choose_language),
    (f"/static/{rendering.STYLE_NAME}", "GET", rendering.style),
    (f"/static/{rendering.KEYS_NAME}", "GET", rendering.keys_script),
    (f"/static/{rendering.SCRIPT_NAME}", "GET", rendering.script),
    ("/<path:anything>", "GET", errors.nowhere),
    ("/<path:anything>", "POST", errors.nowhere),
)

# Views that cost something else than the others; what stretching a passphrase takes in memory is
# what a flood of sign-ins would fill.
KINDS: Final = {
    signin.take_passphrase: Kind.SIGN_IN,
    signin.take_code: Kind.SIGN_IN,
    passphrases.change_passphrase: Kind.SIGN_IN,
    passphrases.change_force: Kind.SIGN_IN,
    arriving.take_join: Kind.SIGN_IN,
    own.add_passkey: Kind.SIGN_IN,
    own.renew_codes: Kind.SIGN_IN,
    own.remove_factor: Kind.SIGN_IN,
    files.send_files: Kind.UPLOAD,
    files.hand_out_file: Kind.DOWNLOAD,
    audit.export_log: Kind.DOWNLOAD,
}


def install(
    app: Flask,
    runtime: Runtime,
    parameters: Parameters = STANDARD,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Add the staff site under /staff; raise SettingsError when its pepper is missing.

    `parameters` say how much work a passphrase costs, `pause` how an answer is held back.
    """
    app.extensions[context.EXTENSION] = open_staff(runtime, parameters, pause)
    words = language.load(OFFERED, [STAFF_CATALOGUE])
    runtime.sweeps.extend([browsers.sweep, joining.sweep, spent.sweep, withdrawal.sweep])
    addresses.install(app)
    kinds = {f"staff.{view.__name__}": KINDS.get(view, Kind.STAFF) for _, _, view in PAGES}
    budgets.declare(app, kinds)
    site = _site(words)
    app.register_blueprint(site)
    guard.check(app, site)


def _site(words: language.Languages) -> Blueprint:
    site = Blueprint(
        "staff", __name__, url_prefix="/staff", template_folder=str(HERE / "templates")
    )
    for address, method, view in PAGES:
        site.add_url_rule(address, view.__name__, view, methods=[method])
    errors.install(site)
    site.after_request(rendering.protect)

    @site.before_request
    def speak() -> None:
        # The public pages' words and the staff's; translators of the former never see the latter.
        language.speak(words)

    return site
