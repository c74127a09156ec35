//! Makes the report of a run or of a text.

use super::{
    CheckEntry, DiagnosisEntry, ExchangeEntry, FactEntry, FailOn, FixEntry, Origin, Outcome, ProofEntry, QuestionEntry,
    Report, RuledOutEntry, SCHEMA, Setting, Tool, who,
};
use serde_json::Value;

use crate::check::{CheckResult, Run, Status, observe_run};
use crate::diagnose::{Diagnosis, Finding, codes, diagnose, known_codes};
use crate::evidence::{Bound, Evidence, View};
use crate::record::{Body, Exchange, Field, Inputs, World};
use crate::rule::matcher::{Fact, Tri, weigh};
use crate::rule::set::is_number;
use crate::rule::{Condition, Confidence, FixStep, RuleSet, Severity, Test};
use crate::secret::Form;

/// At most so many entries of a list are shown in an exchange.
const MOST_ENTRIES: usize = 20;

/// The report of a run. `bundle`: the run was replayed.
#[must_use]
pub fn of_run(run: &Run, rules: &RuleSet, bundle: bool, fail_on: FailOn) -> Report {
    let evidence = observe_run(&run.record);
    let view = View::of(&evidence);
    let diagnosis = diagnose(&view, &evidence, rules, None);
    let origin = match (bundle, run.record.inputs.world) {
        (true, _) => Origin::Bundle,
        (false, World::Live) => Origin::Live,
        (false, World::Sim) => Origin::Sim,
    };
    let mut report = skeleton(origin);
    report.profile.clone_from(&run.record.inputs.profile);
    report.started = Some(run.record.inputs.started.to_string());
    name_causes(&mut report, &diagnosis, &view, rules);
    // What is not met is a finding; what explains it comes before it.
    report.diagnoses.sort_by_key(|diagnosis| diagnosis.because.iter().all(|fact| fact.at.starts_with("expectation.")));
    report.principal = who::principal(&evidence);
    report.support = who::support(&evidence);
    report.settings = settings(&run.record.inputs);
    report.checks = run.results.iter().map(check_entry).collect();
    report.exchanges = run.record.exchanges.iter().map(exchange_entry).collect();
    report.notes.clone_from(&run.record.inputs.notes);
    report.notes.extend(who::contradiction(&evidence));
    report.outcome = outcome_of_run(&report, run, &evidence);
    if report.outcome == Outcome::Healthy {
        report.ruled_out.clear();
    }
    if report.outcome == Outcome::Unexplained {
        explain_codes(&mut report, &evidence, rules);
        report.notes.splice(0..0, unexplained(run));
    }
    report.exit = exit_of(&report, fail_on);
    report
}

/// Where no cause is named, the codes that were seen are explained all the same, or it is said where to look them up.
pub(super) fn explain_codes(report: &mut Report, evidence: &Evidence, rules: &RuleSet) {
    let known = known_codes(evidence, rules).into_iter().map(|(code, _, known)| {
        let shown = if is_number(&code) { format!("AADSTS{code}") } else { code };
        format!("{shown}: {} Who acts: {}.", known.meaning, known.owner)
    });
    let numbers = codes(evidence).into_iter().filter(|(_, at)| at == "token.error.codes").map(|(code, _)| code);
    let unknown = numbers.filter(|code| !rules.codes.contains_key(code));
    for note in known.chain(unknown.map(|number| crate::entra::unknown_code(&number))) {
        if !report.notes.contains(&note) {
            report.notes.push(note);
        }
    }
}

/// The report of something that could not be read at all.
#[must_use]
pub fn of_nothing(origin: Origin, note: String) -> Report {
    let mut report = skeleton(origin);
    report.outcome = Outcome::Incomplete;
    report.exit = Outcome::Incomplete.exit();
    report.notes.push(note);
    report
}

pub(super) fn skeleton(origin: Origin) -> Report {
    Report {
        schema: SCHEMA.to_owned(),
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        profile: None,
        origin,
        started: None,
        outcome: Outcome::Healthy,
        principal: None,
        token: None,
        support: Vec::new(),
        settings: Vec::new(),
        checks: Vec::new(),
        diagnoses: Vec::new(),
        ruled_out: Vec::new(),
        proves: Vec::new(),
        exchanges: Vec::new(),
        notes: Vec::new(),
        exit: 0,
        command: None,
    }
}

pub(super) fn has_error(report: &Report) -> bool {
    report.diagnoses.iter().any(|diagnosis| diagnosis.severity == Severity::Error)
}

fn outcome_of_run(report: &Report, run: &Run, evidence: &Evidence) -> Outcome {
    let answered = evidence.network.as_ref().and_then(|network| network.any_answer).unwrap_or(false);
    let asked = !run.record.exchanges.is_empty();
    let failed = run.results.iter().any(|r| matches!(r.status, Status::Failed | Status::Error));
    if failed && asked && !answered {
        Outcome::Incomplete
    } else if has_error(report) {
        Outcome::Problem
    } else if run.record.cut.is_some() {
        Outcome::Incomplete
    } else if failed {
        Outcome::Unexplained
    } else {
        Outcome::Healthy
    }
}

/// The exit code of a report.
pub(crate) fn exit_of(report: &Report, fail_on: FailOn) -> u8 {
    let warns = report.diagnoses.iter().any(|d| d.severity == Severity::Warning)
        || report.checks.iter().any(|check| check.status == Status::Warned);
    match (fail_on, report.outcome) {
        (FailOn::Never, Outcome::Problem | Outcome::Unexplained) => 0,
        (FailOn::Warning, Outcome::Healthy) if warns => 1,
        (_, outcome) => outcome.exit(),
    }
}

fn unexplained(run: &Run) -> Vec<String> {
    let failed = run.results.iter().filter(|r| matches!(r.status, Status::Failed | Status::Error));
    let mut notes: Vec<String> =
        failed.map(|r| format!("{}: no known cause matches: {}", r.check.id, r.because)).collect();
    notes.push(
        "Save the run with --bundle FILE: the bundle contains the raw responses and no secrets, so you can share it."
            .to_owned(),
    );
    notes
}

pub(super) fn name_causes(report: &mut Report, diagnosis: &Diagnosis<'_>, view: &View, rules: &RuleSet) {
    report.diagnoses = diagnosis.findings.iter().map(|finding| diagnosis_entry(finding, view, rules)).collect();
    report.ruled_out = diagnosis
        .ruled_out
        .iter()
        .map(|out| RuledOutEntry {
            cause: out.cause.clone(),
            title: out.title.clone(),
            because: fact_entry(&out.because, view),
        })
        .collect();
    report.proves = diagnosis
        .proves
        .iter()
        .map(|proof| ProofEntry {
            statement: proof.statement.clone(),
            because: format!("{} ({})", proof.code, view.source(&proof.at, None).unwrap_or("the text")),
        })
        .collect();
}

fn diagnosis_entry(finding: &Finding<'_>, view: &View, rules: &RuleSet) -> DiagnosisEntry {
    let rule = finding.rule;
    let found = &finding.found;
    let bound = found.bound.as_ref().map(|(list, name, index)| Bound { list, name, index: *index });
    let fill = |template: &crate::rule::template::Template| template.fill(view, bound);
    // A step that names a value needs it; any other is left out only where it is not meant.
    let holds = |only: &Condition| match weigh(only, view, bound) {
        Tri::True => true,
        Tri::Unknown => !names_a_value(only),
        Tri::False => false,
    };
    let is_meant = |step: &&FixStep| step.only_if.as_ref().is_none_or(holds);
    let fix = rule.explain.fix.iter().filter(is_meant).map(|step| FixEntry {
        by: step.by.clone(),
        place: step.place.as_ref().map(fill).unwrap_or_default(),
        action: fill(&step.action),
        run: step.run.as_ref().map(|command| command.fill_command(view, bound)),
    });
    DiagnosisEntry {
        cause: rule.id.clone(),
        area: rule.area.clone(),
        title: found.title.as_ref().map_or_else(|| rule.title.clone(), fill),
        confidence: found.confidence,
        severity: finding.severity(),
        owner: rule.owner.clone(),
        because: found.because.iter().map(|fact| fact_entry(fact, view)).collect(),
        explain: fill(&rule.explain.cause),
        confirm: rule.explain.confirm.as_ref().map(fill).unwrap_or_default(),
        fix: fix.collect(),
        would_decide: questions(found.confidence, &found.unknown, view, rules),
        references: rule.references.clone(),
        seen: None,
    }
}

/// Whether a condition asks for a value to be there.
fn names_a_value(condition: &Condition) -> bool {
    match condition {
        Condition::Leaf(leaf) => matches!(leaf.test, Test::Exists(true)),
        Condition::All(inner) => inner.iter().any(names_a_value),
        Condition::Any(_) | Condition::Not(_) => false,
    }
}

fn questions(confidence: Confidence, unknown: &[String], view: &View, rules: &RuleSet) -> Vec<QuestionEntry> {
    if confidence == Confidence::Certain {
        return Vec::new();
    }
    let entry = |at: &String| {
        let question = rules.question(at)?;
        Some(QuestionEntry { at: at.clone(), check: question.check.clone(), how: question.how.fill(view, None) })
    };
    unknown.iter().filter_map(entry).collect()
}

fn fact_entry(fact: &Fact, view: &View) -> FactEntry {
    FactEntry {
        at: fact.at.clone(),
        value: fact.value.clone(),
        from: view.source(&fact.at, None).unwrap_or("the text").to_owned(),
    }
}

/// A check that has judged.
pub(crate) fn check_entry(result: &CheckResult) -> CheckEntry {
    CheckEntry {
        id: result.check.id.to_owned(),
        title: result.check.title.to_owned(),
        stage: result.check.stage,
        status: result.status,
        because: result.because.clone(),
        skip: result.skip,
        exchanges: result.exchanges.clone(),
    }
}

pub(crate) fn exchange_entry(exchange: &Exchange) -> ExchangeEntry {
    let reply = exchange.reply();
    ExchangeEntry {
        method: exchange.request.method.as_str().to_owned(),
        url: exchange.request.url.clone(),
        status: reply.map(|reply| reply.status),
        headers: reply.map(|reply| reply.headers.clone()).unwrap_or_default(),
        body: reply.and_then(|reply| match &reply.body {
            Body::Empty => None,
            Body::Json(json) => Some(shortened(json)),
            Body::Text(text) => Some(text.clone().into()),
            Body::TooLarge => Some("[larger than is read]".into()),
        }),
        ms: exchange.ms,
        times: exchange.times,
        attempt: exchange.attempt,
        failure: exchange.failure().map(|f| format!("{}: {} ({})", f.host, f.fault.words(), f.detail)),
    }
}

/// A list shows no more than its beginning: a bundle holds the whole.
fn shortened(json: &Value) -> Value {
    let mut short = json.clone();
    for list in short.as_object_mut().into_iter().flat_map(|object| object.values_mut()).filter_map(Value::as_array_mut)
    {
        if let Some(more @ 1..) = list.len().checked_sub(MOST_ENTRIES) {
            list.truncate(MOST_ENTRIES);
            list.push(format!("[and {more} more]").into());
        }
    }
    short
}

/// Whether a field's value is a path, whose ending can look like a domain.
const fn is_path(field: Field) -> bool {
    matches!(field, Field::CertificatePath | Field::FederatedTokenFile | Field::CaFile | Field::TenantSettings)
}

fn settings(inputs: &Inputs) -> Vec<Setting> {
    let name = |field: &Field| serde_json::to_value(field).ok().and_then(|v| v.as_str().map(str::to_owned));
    let given = inputs.given.iter().map(|(field, given)| Setting {
        name: name(field).unwrap_or_default(),
        value: given.text.clone(),
        from: given.from.clone(),
        variable: inputs.variables.get(field).cloned(),
        form: if is_path(*field) { format!("{} characters", given.form.length) } else { given.form.describe() },
        line: given.line,
    });
    let hosts = &inputs.hosts;
    let usual = [
        (Field::Scope, Some(inputs.scopes.join(" "))),
        (Field::AuthorityHost, Some(hosts.authority.clone())),
        (Field::ApiUrl, Some(hosts.api.clone())),
        (Field::FabricUrl, hosts.fabric.clone()),
    ];
    let from = inputs.cloud.map_or_else(|| "default".to_owned(), |cloud| format!("the cloud {}", cloud.name()));
    let usual = usual.into_iter().filter(|(field, _)| inputs.get(*field).is_none());
    let usual = usual.filter_map(|(field, value)| {
        let value = value?;
        let form = Form::of(&value).describe();
        Some(Setting {
            name: name(&field).unwrap_or_default(),
            value: Some(value),
            from: from.clone(),
            variable: None,
            form,
            line: None,
        })
    });
    given.chain(usual).collect()
}
