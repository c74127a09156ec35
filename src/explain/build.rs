//! Writes the page of a term from what is known of it.

use super::page::{Cause, Kind, Link, Named, Page, Question, word};
use super::words::{looks_at, looks_for, sign};
use super::{AADSTS, Catalogue, Entry, Facts, shown_code};
use crate::check::{CHECKS, Check};
use crate::evidence::{Evidence, View};
use crate::report::FixEntry;
use crate::rule::set::{Code, is_number};
use crate::rule::template::Template;
use crate::rule::term::{Sure, Term};
use crate::rule::{Block, FixStep, Rule};
use crate::wording::Message;

/// A page names at most so many questions: more are no help.
const MOST_QUESTIONS: usize = 6;

/// The page of a term.
pub(super) fn page(catalogue: &Catalogue<'_>, entry: &Entry) -> Option<Page> {
    let term = entry.term.as_str();
    let mut page = match entry.kind {
        Kind::Cause => of_rule(catalogue, catalogue.rules.get(term)?),
        Kind::Check => of_check(catalogue, crate::check::find(term)?),
        Kind::Fact => of_path(catalogue, term)?,
        kind => match kind.file() {
            Some(file) => of_term(catalogue, kind, term, catalogue.glossary.get(file, term)?),
            None => of_code(catalogue, term),
        },
    };
    page.kind = entry.kind;
    // Where there is one cause alone, what to do is known.
    if let [cause] = page.causes.as_slice()
        && entry.kind.is_symptom()
    {
        page.fix = catalogue.rules.get(&cause.cause).map(fix).unwrap_or_default();
    }
    Some(page)
}

fn of_code(catalogue: &Catalogue<'_>, term: &str) -> Page {
    let code = term.strip_prefix(AADSTS).filter(|number| is_number(number)).unwrap_or(term);
    let Some(known) = catalogue.rules.codes.get(code) else { return Page::default() };
    let view = nothing();
    Page {
        term: term.to_owned(),
        title: known.name.clone().unwrap_or_default(),
        meaning: known.meaning.clone(),
        owner: Some(known.owner.clone()),
        facts: code_facts(known),
        proves: known.proofs().map(|template| template.fill(&view, None)).collect(),
        causes: catalogue.causes(&known.causes),
        tell_apart: catalogue.questions(&known.causes, code),
        see: known.errors.iter().filter_map(|error| catalogue.link(error, Some(Kind::OauthError))).collect(),
        sure: Some(known.sure),
        checked: known.checked.clone(),
        references: known.references.clone(),
        ..Page::default()
    }
}

fn code_facts(code: &Code) -> Vec<Named> {
    let errors = (!code.errors.is_empty()).then(|| code.errors.join(" or "));
    let facts = [("seen in", code.seen.clone()), ("OAuth error", errors)];
    facts.into_iter().filter_map(|(name, value)| Some(named(name, &value?))).collect()
}

fn of_term(catalogue: &Catalogue<'_>, kind: Kind, name: &str, term: &Term) -> Page {
    let meaning = term.meaning.clone().unwrap_or_else(|| {
        "pbiauth has no more information about this tenant setting. As far as is known, the calls that pbiauth explains don't depend on it.".to_owned()
    });
    let within = term.within.iter().map(|within| named("part of", within));
    Page {
        term: name.to_owned(),
        title: term.title.clone().unwrap_or_default(),
        meaning,
        owner: term.owner.clone(),
        names: term.names.iter().map(|(what, name)| named(what, name)).collect(),
        facts: within.chain(term.facts.iter().map(|(name, value)| named(name, value))).collect(),
        causes: catalogue.causes(&term.causes),
        tell_apart: if kind.is_symptom() { catalogue.questions(&term.causes, name) } else { Vec::new() },
        see: term.see.iter().filter_map(|other| catalogue.link(other, None)).collect(),
        sure: term.sure,
        checked: term.checked.clone(),
        references: term.references.clone(),
        ..Page::default()
    }
}

/// The page of a message of a service or library.
pub(super) fn of_message(catalogue: &Catalogue<'_>, id: &str, message: &Message) -> Page {
    let mut page = Page {
        term: id.to_owned(),
        kind: Kind::Message,
        title: message.says.first().cloned().unwrap_or_default(),
        meaning: message.means.clone(),
        owner: Some(message.owner.clone()),
        names: message.says.iter().skip(1).map(|says| named("words", says)).collect(),
        facts: vec![named("said by", &message.by)],
        causes: catalogue.causes(&message.causes),
        tell_apart: catalogue.questions(&message.causes, id),
        sure: Sure::named(&message.sure),
        references: message.references.clone(),
        ..Page::default()
    };
    if let [cause] = page.causes.as_slice() {
        page.fix = catalogue.rules.get(&cause.cause).map(fix).unwrap_or_default();
    }
    page
}

/// The page of a cause: its rule in words.
fn of_rule(catalogue: &Catalogue<'_>, rule: &Rule) -> Page {
    let view = nothing();
    let fill = |template: &Template| template.fill(&view, None);
    let codes = catalogue.codes_of.get(rule.id.as_str()).into_iter().flatten();
    Page {
        term: rule.id.clone(),
        title: rule.title.clone(),
        meaning: fill(&rule.explain.cause),
        owner: Some(rule.owner.clone()),
        facts: vec![
            named("area", &rule.area),
            named("severity", &word(rule.severity)),
            named("frequency", &word(rule.prevalence)),
        ],
        recognised: rule.blocks.iter().map(sign).collect(),
        tell_apart: catalogue.questions(std::slice::from_ref(&rule.id), ""),
        confirm: rule.explain.confirm.as_ref().map(fill).unwrap_or_default(),
        fix: fix(rule),
        see: codes.filter_map(|code| catalogue.link(&shown_code(code), None)).collect(),
        checked: rule.checked.clone(),
        references: rule.references.clone(),
        ..Page::default()
    }
}

/// Who does what against a cause, in general words.
fn fix(rule: &Rule) -> Vec<FixEntry> {
    let view = nothing();
    let fill = |template: &Template| template.fill(&view, None);
    let entry = |step: &FixStep| FixEntry {
        by: step.by.clone(),
        place: step.place.as_ref().map(fill).unwrap_or_default(),
        action: fill(&step.action),
        run: step.run.as_ref().map(fill),
    };
    rule.explain.fix.iter().map(entry).collect()
}

fn of_check(catalogue: &Catalogue<'_>, check: &Check) -> Page {
    let mut facts = vec![named("stage", &word(check.stage))];
    if !check.after.is_empty() {
        facts.push(named("depends on", &check.after.join(", ")));
    }
    let made = check
        .opt_in
        .map_or_else(|| "in every run".to_owned(), |reason| format!("only with --probe {}, as {reason}", check.id));
    facts.push(named("runs", &made));
    let answers = catalogue.rules.questions.iter().filter(|(_, question)| question.check.as_deref() == Some(check.id));
    let next = CHECKS.iter().filter(|other| other.after.contains(&check.id)).map(|other| other.id);
    Page {
        term: check.id.to_owned(),
        meaning: format!("A check of `pbiauth doctor`. What it checks: {}.", check.title),
        facts,
        see: next.chain(answers.map(|(path, _)| path.as_str())).filter_map(|t| catalogue.link(t, None)).collect(),
        ..Page::default()
    }
}

/// The page of an evidence path, or of a part of the evidence with the paths beneath it.
pub(super) fn of_path(catalogue: &Catalogue<'_>, asked: &str) -> Option<Page> {
    let path = general(asked);
    let beneath = format!("{path}.");
    let Facts { vocabulary, entries } = catalogue.facts();
    let inner = entries.iter().filter(|entry| entry.term.starts_with(&beneath));
    let inner: Vec<Link> = inner.map(link_to).collect();
    let is_leaf = entries.iter().any(|entry| entry.term == path);
    if !is_leaf && inner.is_empty() {
        return None;
    }
    let rules = catalogue.rules.rules.iter().filter(|rule| is_leaf && rule.blocks.iter().any(|b| looks_at(b, &path)));
    let words = vocabulary.words_at(&path);
    let question = catalogue.rules.question(&path);
    let see = rules.filter_map(|rule| catalogue.link(&rule.id, Some(Kind::Cause)));
    Some(Page {
        term: path.clone(),
        kind: Kind::Fact,
        meaning: vocabulary.describe(&path).unwrap_or("A part of the evidence.").replace('\n', " "),
        facts: (!words.is_empty()).then(|| named("one of", &words.join(", "))).into_iter().collect(),
        tell_apart: question
            .map(|question| Question {
                at: vec![path.clone()],
                check: question.check.clone(),
                how: in_general(&question.how),
                causes: Vec::new(),
            })
            .into_iter()
            .collect(),
        see: inner.into_iter().chain(see).collect(),
        ..Page::default()
    })
}

/// A text as it is where no fact is known.
fn in_general(text: &Template) -> String {
    text.fill(&nothing(), None)
}

/// A path without places in lists, and with the list's name where a rule says `call.` or `peer.`.
fn general(asked: &str) -> String {
    let path = asked.split('.').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join(".");
    let lists = [("call", "api.calls"), ("peer", "network.peers")];
    let item = lists.iter().find_map(|(item, list)| Some((path.strip_prefix(item)?, list)));
    match item {
        Some((rest, list)) if rest.is_empty() || rest.starts_with('.') => format!("{list}{rest}"),
        _ => path,
    }
}

impl Catalogue<'_> {
    fn causes(&self, ids: &[String]) -> Vec<Cause> {
        let cause = |id: &String| {
            let rule = self.rules.get(id);
            Cause {
                cause: id.clone(),
                title: rule.map(|rule| rule.title.clone()).unwrap_or_default(),
                owner: rule.map(|rule| rule.owner.clone()).unwrap_or_default(),
            }
        };
        ids.iter().map(cause).collect()
    }

    /// What tells causes apart: the questions that their rules leave open, each with the causes that it bears on.
    /// Where a rule has blocks for this code, those alone count.
    fn questions(&self, causes: &[String], code: &str) -> Vec<Question> {
        let mut questions: Vec<Question> = Vec::new();
        for rule in causes.iter().filter_map(|id| self.rules.get(id)) {
            for path in paths_that_decide(rule, code) {
                let Some(question) = self.rules.question(&path) else { continue };
                let how = in_general(&question.how);
                let at = questions.iter().position(|known| known.how == how).unwrap_or_else(|| {
                    let check = question.check.clone();
                    questions.push(Question { at: Vec::new(), check, how, causes: Vec::new() });
                    questions.len() - 1
                });
                add(&mut questions[at].at, path);
                add(&mut questions[at].causes, rule.id.clone());
            }
        }
        // What bears on several causes tells more of them apart.
        questions.sort_by_key(|question| std::cmp::Reverse(question.causes.len()));
        questions.truncate(MOST_QUESTIONS);
        questions
    }

    /// A term by its own name, of this kind or of any.
    fn link(&self, term: &str, kind: Option<Kind>) -> Option<Link> {
        let fits = |entry: &&Entry| entry.term == term && kind.is_none_or(|kind| entry.kind == kind);
        let known = self.terms.iter().find(fits);
        let may_be_fact = kind.is_none_or(|kind| kind == Kind::Fact);
        known.or_else(|| may_be_fact.then(|| self.facts().entries.iter().find(fits))?).map(link_to)
    }
}

fn paths_that_decide(rule: &Rule, code: &str) -> Vec<String> {
    let for_code: Vec<&Block> = rule.blocks.iter().filter(|block| looks_for(block, code)).collect();
    let blocks = if for_code.is_empty() { rule.blocks.iter().collect() } else { for_code };
    blocks.into_iter().flat_map(Block::deciding_paths).collect()
}

fn add(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn link_to(entry: &Entry) -> Link {
    Link { kind: entry.kind, term: entry.term.clone(), line: entry.line.clone() }
}

fn named(name: &str, value: &str) -> Named {
    Named { name: name.to_owned(), value: value.to_owned() }
}

/// Without evidence, templates say their general words.
fn nothing() -> View {
    View::of(&Evidence::default())
}
