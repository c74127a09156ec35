//! One text to failures: its pieces are read, told apart and counted.

use super::call::{Draft, calls};
use super::clean::clean;
use super::entra::Answer;
use super::group::{Key, One, Sight, Table};
use super::host::Host;
use super::mark::{Mark, What, marks, method_of, requests};
use super::operation::operations;
use super::text_layout::TextLayout;
use super::{Codes, Failure, Reading, Source, context_facts, document, entra, event, hidden, sound, success, token};
use crate::evidence::Evidence;
use crate::evidence::api::{BodyForm, Call, List};
use crate::evidence::embed::console;
use crate::evidence::network::Replier;
use crate::evidence::text::Text;
use crate::evidence::token::Token;
use crate::pattern::{Pattern, pattern};
use crate::powerbi::route::Route;
use crate::record::Service;
use crate::secret::Redactor;

/// What a description does not quote, it does not quote: the description is there.
const QUOTED: &str = "token.error.quoted";

static PAGE: Pattern = pattern!(r"(?i)<!doctype html|<html[\s>]");
/// A token that came, as logs tell of it.
static TOKEN_CAME: Pattern = pattern!(
    r#"(?i)\btoken (?:was |has been |successfully )*(?:acquired|obtained|received|issued|refreshed)\b|\b(?:acquired|obtained|received|got|fetched) (?:an? |the |new )*(?:access )?token\b|token request succeeded|token_type["']?\s*[:=]\s*["']?bearer|\bexpires_in["']?\s*[:=]\s*["']?[0-9]"#,
);
/// A list without entries.
static NOTHING: Pattern = pattern!(
    r#"(?i)odata\.count["']?\s*:\s*0\b|\bvalue["']?\s*[:=]?\s*\[\s*\]|\b(?:an )?empty (?:list|array|result|value)|\blist is empty"#,
);
static NOT_CAME: Pattern = pattern!(r"(?i)\b(?:no|not|never|without|fail\w*|unable|cannot|could)\b");
/// Something that a text tells of.
#[derive(Debug)]
pub(super) struct Event {
    /// The line, from 1.
    pub(super) line: usize,
    /// The time, as it is written.
    pub(super) time: Option<String>,
    /// What happened.
    pub(super) what: Happened,
}

/// What may happen.
#[derive(Debug)]
pub(super) enum Happened {
    /// A request failed.
    Failure(Box<One>),
    /// A request succeeded.
    Success(Key),
}

/// A paste with more calls than these is none that a person wrote.
const MOST_CALLS: usize = 200;

/// A text, read.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// What happened, in order.
    pub(super) events: Vec<Event>,
    /// What is known beside any failure.
    base: Evidence,
    /// Whether it is a log.
    is_log: bool,
    notes: Vec<String>,
}

/// Reads a whole input.
pub(super) fn read(raw: &str, codes: &Codes, now: i64) -> Reading {
    if token::is_alone(raw) {
        return read_token(raw, now);
    }
    let piece = Piece::of(raw, codes, false);
    let mut table = Table::default();
    for event in piece.events {
        let sight = Sight { line: event.line, time: event.time.as_deref() };
        match event.what {
            Happened::Failure(one) => drop(table.add(*one, sight)),
            Happened::Success(key) => table.success(&key),
        }
    }
    let nothing = table.is_empty();
    let (mut failures, mut notes) = table.finish();
    notes.splice(0..0, piece.notes);
    if nothing {
        failures.push(sound::without_failure(raw, piece.base, now, &mut notes));
    }
    Reading { source: if piece.is_log { Source::Log } else { Source::Text }, failures, notes }
}

fn read_token(raw: &str, now: i64) -> Reading {
    let mut evidence = Evidence { text: Some(not_pasted()), ..Evidence::default() };
    if let Some(parts) = token::one(raw) {
        token::read(&parts, Some(now), "the token", &mut evidence);
    }
    let failure = Failure { evidence, failed: false, count: 1, first: None, last: None, lines: vec![1] };
    Reading { source: Source::Token, failures: vec![failure], notes: Vec::new() }
}

impl Piece {
    /// Reads a text. `entry`: it is one entry of a log.
    pub(super) fn of(raw: &str, codes: &Codes, entry: bool) -> Self {
        let raw = &*console::without_reports(raw);
        let mut clean = clean(&Redactor::default().redact(raw));
        clean.is_log |= entry;
        let text = clean.text.as_str();
        let hits = entra::hits(text);
        let mut marks = marks(text, codes);
        if !hits.is_empty() {
            marks.retain(|mark| mark.what != What::Refusal);
        }
        let mut piece = Self { is_log: clean.is_log, ..Self::default() };
        if document::is_document(text, &hits, &marks) {
            piece.notes.push(
                "This looks like an article, a list of codes or source code: the codes in it aren't taken for failures.".to_owned(),
            );
            piece.base.text = Some(Text { document: Some(true), ..context_facts::pasted(text) });
            return piece;
        }
        let told: Vec<entra::Hit> = hits.into_iter().filter(|hit| hit.quoted || !clean.calm(hit.at)).collect();
        piece.base = context_facts::read(raw, text);
        if told.is_empty() && piece.base.network.is_none() && is_of_others(text, &marks) {
            piece.base = Evidence::default();
            piece.base.text = Some(Text { of_this_field: Some(false), ..context_facts::pasted(text) });
            return piece;
        }
        let apart = |one: usize, other: usize| clean.is_log && clean.entry(one) != clean.entry(other);
        let answers = entra::answers(text, &told, codes, &apart);
        let drafts = calls(text, &marks, &operations(text));
        let layout = TextLayout { clean: &clean, codes, page: PAGE.is_match(raw) };
        piece.take_successes(&layout, &drafts, &marks);
        if !clean.is_log {
            success::tell(text, drafts.iter().any(Draft::failed), &mut piece.base);
        }
        let (of_entra, mut of_apis) = layout.sort(drafts, &answers);
        if let Some(rendered) = event::last_success(text) {
            // What a page asks for in the background while it loads doesn't keep the report from being shown.
            of_apis.retain(|draft| draft.host != Some(Host::Rendering) || draft.answer > rendered);
        }
        if piece.base.embed.as_ref().is_some_and(|embed| embed.event.is_some()) {
            // The event tells it as a whole.
            of_apis.retain(|draft| draft.call.path.is_some());
        }
        piece.take_answers(&layout, answers, &of_entra);
        piece.take_calls(&layout, of_apis);
        if piece.no_failure() {
            piece.take_hidden(&layout, &of_entra);
        }
        piece.events.sort_by_key(|event| event.line);
        piece
    }

    fn no_failure(&self) -> bool {
        !self.events.iter().any(|event| matches!(event.what, Happened::Failure(_)))
    }

    fn push(&mut self, layout: &TextLayout<'_>, at: usize, what: Happened) {
        let time = layout.clean.time(at).map(str::to_owned);
        self.events.push(Event { line: layout.clean.number(at), time, what });
    }

    fn fail(&mut self, layout: &TextLayout<'_>, at: usize, key: Option<Key>, evidence: Evidence) {
        self.push(layout, at, Happened::Failure(Box::new(One { evidence, failed: true, key })));
    }

    fn take_successes(&mut self, layout: &TextLayout<'_>, drafts: &[Draft], marks: &[Mark]) {
        for draft in drafts.iter().filter(|draft| draft.call.status.is_some_and(|status| status < 300)) {
            if draft.host == Some(Host::Service(Service::Entra)) {
                self.push(layout, draft.answer, Happened::Success(Key::token(layout.line(draft.answer))));
                self.base.token.get_or_insert_default().issued = Some(true);
            } else if let Some(key) = call_key(draft) {
                let api = self.base.api.get_or_insert_default();
                api.token_accepted = Some(true);
                if matches!(draft.call.route, Some(Route::Workspaces | Route::FabricWorkspaces)) {
                    let after = &layout.clean.text[draft.answer..];
                    let none = NOTHING.is_match(&after[..super::boundary(after, 400)]);
                    api.workspaces = none.then_some(List { count: Some(0) }).or(api.workspaces.take());
                }
                self.push(layout, draft.answer, Happened::Success(key));
            }
        }
        let refused = |at: usize| {
            marks.iter().any(|mark| {
                matches!(mark.what, What::Status(status) if status >= 400)
                    && layout.line_range(mark.at) == layout.line_range(at)
            })
        };
        for came in TOKEN_CAME.find_iter(&layout.clean.text).filter(|_| layout.clean.is_log || layout.is_json()) {
            if !NOT_CAME.is_match(layout.line(came.start())) && !refused(came.start()) {
                self.push(layout, came.start(), Happened::Success(Key::token(layout.line(came.start()))));
            }
        }
    }

    fn take_answers(&mut self, layout: &TextLayout<'_>, answers: Vec<Answer>, of_entra: &[Draft]) {
        for answer in answers {
            let at = answer.place.start;
            let near = |draft: &&Draft| draft.answer.abs_diff(at) < 2000;
            let status = of_entra.iter().filter(near).find_map(|draft| draft.call.status);
            let described = answer.quoted || answer.error.codes.is_some() || answer.error.description.is_some();
            let mut evidence = self.evidence_at(layout, at);
            let flow = evidence.token.as_ref().and_then(|token| token.flow);
            if answer.whole {
                evidence.whole.push(QUOTED.to_owned());
            }
            if let Some(text) = &mut evidence.text {
                text.answer_hidden = Some(!described);
                text.answer_quoted = answer.error.codes.as_ref().map(|_| answer.quoted);
            }
            evidence.token =
                Some(Token { flow, issued: Some(false), status, error: Some(answer.error), expires_in: None });
            evidence.note_source("token", layout.place(at));
            let key = Key::token(layout.around(&answer.place));
            self.fail(layout, at, Some(key), evidence);
        }
    }

    fn take_calls(&mut self, layout: &TextLayout<'_>, drafts: Vec<Draft>) {
        let failed = drafts.iter().any(Draft::failed);
        if layout.clean.is_log {
            for draft in drafts.into_iter().filter(Draft::failed) {
                let (at, key) = (draft.answer, call_key(&draft));
                let evidence = self.evidence_of_calls(layout, vec![draft]);
                self.fail(layout, at, key, evidence);
            }
        } else if failed {
            let meant = hidden::meant(&layout.clean.text);
            let mut drafts = drafts;
            for draft in drafts.iter_mut().filter(|draft| draft.call.service.is_none()) {
                draft.call.service = meant;
            }
            let mut open: Vec<Draft> = self.still_open(layout, drafts);
            if open.len() > MOST_CALLS {
                self.notes.push(format!(
                    "Only the first {MOST_CALLS} of {} calls were read. A log with a time in each line is read completely.",
                    open.len()
                ));
                open.truncate(MOST_CALLS);
            }
            if let Some(first) = open.iter().find(|draft| draft.failed()) {
                let (at, key) = (first.answer, call_key(first));
                let evidence = self.evidence_of_calls(layout, open);
                self.fail(layout, at, key.filter(|_| false), evidence);
            }
        }
    }

    /// Of the calls of a paste those that did not succeed later. Of those that did, a note remains.
    fn still_open(&mut self, layout: &TextLayout<'_>, drafts: Vec<Draft>) -> Vec<Draft> {
        let done: Vec<(Key, usize)> =
            drafts.iter().filter(|d| !d.failed()).filter_map(|d| Some((call_key(d)?, d.answer))).collect();
        let (over, open): (Vec<Draft>, Vec<Draft>) = drafts.into_iter().partition(|draft| {
            draft.failed()
                && call_key(draft).is_some_and(|key| done.iter().any(|(other, at)| *other == key && *at > draft.answer))
        });
        for draft in over {
            let status = draft.call.status.map_or_else(String::new, |status| format!(" ({status})"));
            let path = draft.call.path.unwrap_or_default();
            self.notes.push(format!(
                "A failure is over: {path}{status} in line {} succeeded later.",
                layout.clean.number(draft.answer)
            ));
        }
        open
    }

    fn evidence_of_calls(&self, layout: &TextLayout<'_>, drafts: Vec<Draft>) -> Evidence {
        let at = drafts.iter().find(|draft| draft.failed()).map_or(0, |draft| draft.answer);
        let mut evidence = self.evidence_at(layout, at);
        let alone = drafts.len() == 1;
        let found: Vec<Call> = drafts
            .into_iter()
            .map(|draft| {
                let mut call = Call { source: layout.place(draft.answer), ..draft.call };
                if layout.page && alone && call.body.is_none() && call.code.is_none() {
                    call.body = Some(BodyForm::Text);
                    call.answered_by = call.request_id.is_none().then_some(Replier::Other);
                }
                call
            })
            .collect();
        for (index, call) in found.iter().enumerate() {
            evidence.note_source(format!("api.calls.{index}"), call.source.clone());
        }
        if let Some(text) = &mut evidence.text {
            let coded = found.iter().any(|call| call.code.is_some());
            text.answer_quoted = coded.then(|| found.iter().any(shows_more_than_a_code));
        }
        evidence.api.get_or_insert_default().calls = Some(found);
        evidence
    }

    /// A failure of which the answer is not told: an event in a browser, a fault of the network, a wrapper's words.
    fn take_hidden(&mut self, layout: &TextLayout<'_>, of_entra: &[Draft]) {
        let refused = of_entra.iter().find(|draft| draft.failed());
        let event = self.base.embed.as_ref().and_then(|embed| embed.event.clone());
        let text = layout.clean.text.as_str();
        if let Some(event) = event {
            let mut evidence = self.evidence_at(layout, 0);
            let is_code = event.message.as_ref().is_some_and(|message| !message.contains(' '));
            let call = Call {
                service: Some(Service::PowerBi),
                route: Some(Route::Rendering),
                status: event.error_code.as_ref().and_then(|code| code.parse().ok()),
                code: event.message.clone().filter(|_| is_code),
                message: event.detailed_message.clone().or(event.message),
                request_id: event.request_id,
                source: "the error event".to_owned(),
                ..Call::default()
            };
            evidence.note_source("api.calls.0", "the error event");
            evidence.api.get_or_insert_default().calls = Some(vec![call]);
            self.fail(layout, 0, None, evidence);
        } else if self.base.network.is_some() {
            let evidence = self.evidence_at(layout, 0);
            self.fail(layout, 0, None, evidence);
        } else if refused.is_some() || hidden::hides_answer(text) {
            let at = refused.map_or(0, |draft| draft.answer);
            let mut evidence = self.evidence_at(layout, at);
            evidence.text.get_or_insert_default().answer_hidden = Some(true);
            if let Some(draft) = refused {
                let flow = evidence.token.as_ref().and_then(|token| token.flow);
                evidence.token =
                    Some(Token { flow, issued: Some(false), status: draft.call.status, ..Token::default() });
                evidence.note_source("token", layout.place(at));
            }
            self.fail(layout, at, refused.map(|draft| Key::token(layout.line(draft.answer))), evidence);
        } else if self.has_message() {
            let evidence = self.evidence_at(layout, 0);
            self.fail(layout, 0, None, evidence);
        }
    }

    /// Whether the text holds a message that says that something failed.
    fn has_message(&mut self) -> bool {
        let Some(text) = &mut self.base.text else { return false };
        text.find_messages();
        text.tells_of_a_failure()
    }

    /// What is known of a failure at a place beside its answer.
    fn evidence_at(&self, layout: &TextLayout<'_>, at: usize) -> Evidence {
        let mut evidence = self.base.clone();
        if let Some(text) = &mut evidence.text {
            text.excerpt = Some(layout.excerpt(at));
        }
        evidence
    }
}

/// Whether a text calls other services alone, and doesn't speak of these.
fn is_of_others(text: &str, marks: &[Mark]) -> bool {
    let mut hosts = marks.iter().filter_map(|mark| match &mark.what {
        What::Request { host, .. } => Some(*host),
        _ => None,
    });
    hosts.next().is_some_and(|first| first == Some(Host::Foreign))
        && hosts.all(|host| host == Some(Host::Foreign))
        && !hidden::speaks_of_services(text)
}

/// The request of a call, where its path is told.
fn call_key(draft: &Draft) -> Option<Key> {
    let method = draft.call.method.map(crate::record::Method::as_str);
    draft.call.path.as_deref().filter(|path| !path.is_empty()).map(|path| Key::call(method, path))
}

/// What is read from a recording or a token has no words of its own.
pub(super) fn not_pasted() -> Text {
    Text { pasted: Some(false), ..Text::default() }
}

/// The first request to an API in an entry of a log.
pub(super) fn first_call_key(entry: &str) -> Option<Key> {
    let ours = |host: &Option<Host>| {
        matches!(host, None | Some(Host::Service(Service::PowerBi | Service::Fabric) | Host::Rendering))
    };
    requests(entry).into_iter().find_map(|mark| match mark.what {
        What::Request { host, method, path } if ours(&host) => {
            let method = method.as_deref().and_then(method_of).map(crate::record::Method::as_str);
            Some(Key::call(method, &path))
        }
        _ => None,
    })
}

/// Whether a call is told with more than its code and its status.
const fn shows_more_than_a_code(call: &Call) -> bool {
    call.path.is_some()
        || call.message.is_some()
        || call.request_id.is_some()
        || call.error_info.is_some()
        || call.challenge.is_some()
        || call.body.is_some()
}
