//! Reads a rule file as it is written.

use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use super::reader::{At, Reader, first_character, scalar, suggestion, text_of, wrong};
use super::template::Template;
use super::vocabulary::Vocabulary;
use super::{Block, Condition, Confidence, Explain, FixStep, Leaf, OWNERS, Pattern, Prevalence, Rule, Severity, Test};

/// The tests that a leaf can have.
const TESTS: [&str; 11] =
    ["is", "in", "has", "has-any", "contains", "matches", "exists", "below", "above", "same-as", "differs-from"];

/// Reads one rule. With a vocabulary, paths, values and templates are held against it: what is in the binary was
/// held against it by the tests, what a user brings is now.
///
/// # Errors
/// Every problem of the file, each with its place.
pub fn parse(id: &str, area: &str, text: &str, vocabulary: Option<&Vocabulary>) -> Result<Rule, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let problem = |e: &toml::de::Error| Problem {
            span: e.span().unwrap_or(0..0),
            what: e.message().lines().collect::<Vec<_>>().join(", "),
        };
        return Err(errors.iter().map(problem).collect());
    }
    let mut parser = Parser { vocabulary, problems: Vec::new(), each: None, lists: Vec::new() };
    let rule = parser.rule(id, area, Reader::new(table.get_ref(), 0..text.len()));
    if parser.problems.is_empty() { rule.ok_or_else(Vec::new) } else { Err(parser.problems) }
}

struct Parser<'v> {
    vocabulary: Option<&'v Vocabulary>,
    problems: Vec<Problem>,
    /// The list that the block in hand is bound to.
    each: Option<String>,
    /// The lists that blocks of the rule are bound to: its sentences may speak of their items.
    lists: Vec<String>,
}

/// What to test in place of a path that rules leave alone: they read facts, and the text is for the messages' matcher and
/// for the ranker.
fn not_for_rules(path: &str) -> Option<&'static str> {
    match path {
        "text.excerpt" => {
            Some("a rule reads facts, not the text: test text.messages, and put the message's wording in rules/wording")
        }
        "text.pasted" => {
            Some("a rule applies to runs and to pasted texts: test the facts that differ, such as run.nothing_accepted")
        }
        _ => None,
    }
}

impl Parser<'_> {
    fn rule(&mut self, id: &str, area: &str, mut file: Reader<'_, '_>) -> Option<Rule> {
        let title = file.needed_text("title", &mut self.problems);
        let owner = self.owner(&mut file, "owner");
        let severity = file.word::<Severity>("severity", &["error", "warning", "note"], &mut self.problems);
        let prevalence = file.word::<Prevalence>("prevalence", &["common", "occasional", "rare"], &mut self.problems);
        let supersedes = values(file.texts("supersedes", &mut self.problems));
        let follows = values(file.texts("follows", &mut self.problems));
        let references = values(file.texts("references", &mut self.problems));
        let checked = file.text("checked", &mut self.problems).map(|at| at.value);
        let blocks: Vec<Block> = file
            .items("when", &mut self.problems)
            .filter_map(|item| self.table(item, "when").map(|table| self.block(table)))
            .collect();
        if blocks.is_empty() && !crate::wording::names(id) {
            self.missing(
                &file.span(),
                "[[when]] is missing, and no message in rules/wording names this cause: it can't be recognized",
            );
        }
        self.each = None;
        let explain = self.explain(&mut file);
        file.finish(&mut self.problems);
        Some(Rule {
            id: id.to_owned(),
            area: area.to_owned(),
            title: title?.value,
            owner: owner?,
            severity: severity.unwrap_or(Severity::Error),
            prevalence: prevalence.unwrap_or(Prevalence::Occasional),
            supersedes,
            follows,
            references,
            checked,
            blocks: blocks.into(),
            explain: explain?.into(),
        })
    }

    fn explain(&mut self, file: &mut Reader<'_, '_>) -> Option<Explain> {
        let Some(value) = file.take("explain") else {
            self.missing(&file.span(), "[explain] is missing");
            return None;
        };
        let mut table = self.table(value, "explain")?;
        let cause = table.needed_text("cause", &mut self.problems);
        let cause = self.template(cause);
        let confirm = table.text("confirm", &mut self.problems);
        let confirm = self.template(confirm);
        let fix: Vec<FixStep> = table
            .items("fix", &mut self.problems)
            .filter_map(|item| self.table(item, "fix").and_then(|step| self.step(step)))
            .collect();
        if table.take("fix").is_none() {
            self.missing(&table.span(), "\"fix\" is missing: who does what?");
        }
        table.finish(&mut self.problems);
        Some(Explain { cause: cause?, confirm, fix })
    }

    fn step(&mut self, mut table: Reader<'_, '_>) -> Option<FixStep> {
        let by = self.owner(&mut table, "by");
        let place = table.text("where", &mut self.problems);
        let place = self.template(place);
        let action = table.needed_text("do", &mut self.problems);
        let action = self.template(action);
        let run = table.text("run", &mut self.problems);
        let run = self.template(run);
        self.each = self.lists.first().cloned();
        let only_if = table.take("if").and_then(|condition| self.condition(condition));
        self.each = None;
        table.finish(&mut self.problems);
        Some(FixStep { by: by?, place, action: action?, run, only_if })
    }

    fn owner(&mut self, table: &mut Reader<'_, '_>, key: &'static str) -> Option<String> {
        let owner = table.needed_text(key, &mut self.problems)?;
        if !OWNERS.contains(&owner.value.as_str()) {
            let what = format!("there is no owner \"{}\"{}", owner.value, suggestion(&owner.value, &OWNERS));
            self.problems.push(Problem { span: owner.span, what });
        }
        Some(owner.value)
    }

    fn template(&mut self, text: Option<At<String>>) -> Option<Template> {
        let text = text?;
        match Template::parse(&text.value) {
            Ok(template) => {
                for path in template.paths() {
                    self.check_mention(path, &text.span);
                }
                Some(template)
            }
            Err(what) => {
                self.problems.push(Problem { span: text.span, what });
                None
            }
        }
    }

    fn block(&mut self, mut table: Reader<'_, '_>) -> Block {
        let confidence = table.word::<Confidence>("confidence", &["certain", "likely", "possible"], &mut self.problems);
        if table.take("confidence").is_none() {
            self.missing(&table.span(), "\"confidence\" is missing");
        }
        let severity = table.word::<Severity>("severity", &["error", "warning", "note"], &mut self.problems);
        let title = table.text("title", &mut self.problems);
        let each = table.text("each", &mut self.problems);
        if let Some(each) = &each {
            self.check_list(each);
        }
        self.each = each.map(|at| at.value);
        self.lists.extend(self.each.clone());
        let block = Block {
            confidence: confidence.unwrap_or(Confidence::Possible),
            severity,
            title: self.template(title),
            symptom: self.conditions(&mut table, "symptom"),
            all: self.conditions(&mut table, "all"),
            any: self.conditions(&mut table, "any"),
            not: self.conditions(&mut table, "not"),
            rivals: values(table.texts("rivals", &mut self.problems)),
            each: self.each.clone(),
        };
        if block.symptom.is_empty() && block.all.is_empty() && block.any.is_empty() {
            self.missing(&table.span(), "a block needs \"symptom\", \"all\" or \"any\"");
        }
        table.finish(&mut self.problems);
        block
    }

    fn conditions(&mut self, table: &mut Reader<'_, '_>, key: &'static str) -> Vec<Condition> {
        let items = table.items(key, &mut self.problems);
        items.filter_map(|item| self.condition(item)).collect()
    }

    fn condition(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Condition> {
        let mut table = self.table(value, "a condition")?;
        let condition = if table.take("all").is_some() {
            Some(Condition::All(self.conditions(&mut table, "all")))
        } else if table.take("any").is_some() {
            Some(Condition::Any(self.conditions(&mut table, "any")))
        } else if let Some(inner) = table.take("not") {
            self.condition(inner).map(|inner| Condition::Not(Box::new(inner)))
        } else {
            self.leaf(&mut table).map(Condition::Leaf)
        };
        table.finish(&mut self.problems);
        condition
    }

    fn leaf(&mut self, table: &mut Reader<'_, '_>) -> Option<Leaf> {
        let at = table.needed_text("at", &mut self.problems);
        let given: Vec<&'static str> = TESTS.into_iter().filter(|test| table.take(test).is_some()).collect();
        let [name] = given.as_slice() else {
            let what = if given.is_empty() {
                format!("a test is missing: one of {}", TESTS.join(", "))
            } else {
                format!("use one test at a time; there are {} here", given.join(" and "))
            };
            self.missing(&table.span(), &what);
            return None;
        };
        let value = table.take(name)?;
        let test = self.test(name, value)?;
        let at = at?;
        if let Some(instead) = not_for_rules(&at.value) {
            self.missing(&at.span, instead);
        }
        self.check_path(&at.value, &at.span, Some((&test, value.span())));
        if let Test::SameAs(path) | Test::DiffersFrom(path) = &test {
            self.check_path(path, &value.span(), None);
        }
        Some(Leaf { at: at.value, test })
    }

    fn test(&mut self, name: &'static str, value: &Spanned<DeValue<'_>>) -> Option<Test> {
        match name {
            "is" => scalar(value, &mut self.problems).map(Test::Is),
            "has" => scalar(value, &mut self.problems).map(Test::Has),
            "in" => self.scalars(value, name).map(Test::In),
            "has-any" => self.scalars(value, name).map(Test::HasAny),
            "exists" => {
                let yes = value.get_ref().as_bool();
                if yes.is_none() {
                    self.problems.push(wrong(value, "\"exists\" must be true or false"));
                }
                yes.map(Test::Exists)
            }
            "below" => self.number(value).map(Test::Below),
            "above" => self.number(value).map(Test::Above),
            _ => {
                let text = text_of(value, name, &mut self.problems)?;
                Some(match name {
                    "contains" => Test::Contains(text.value),
                    "matches" => Test::Matches(self.pattern(text)),
                    "same-as" => Test::SameAs(text.value),
                    _ => Test::DiffersFrom(text.value),
                })
            }
        }
    }

    fn pattern(&mut self, text: At<String>) -> Pattern {
        let pattern = Pattern::read(text.value);
        if self.vocabulary.is_some() && !pattern.is_sound() {
            self.problems.push(Problem { span: text.span, what: "this isn't a valid regular expression".to_owned() });
        }
        pattern
    }

    fn number(&mut self, value: &Spanned<DeValue<'_>>) -> Option<f64> {
        let number = scalar(value, &mut Vec::new()).and_then(|v| v.as_f64());
        if number.is_none() {
            self.problems.push(wrong(value, "a bound must be a number"));
        }
        number
    }

    fn scalars(&mut self, value: &Spanned<DeValue<'_>>, name: &str) -> Option<Vec<Value>> {
        let Some(items) = value.get_ref().as_array() else {
            self.problems.push(wrong(value, &format!("\"{name}\" is a list")));
            return None;
        };
        Some(items.iter().filter_map(|item| scalar(item, &mut self.problems)).collect())
    }

    fn table<'t, 'i>(&mut self, value: &'t Spanned<DeValue<'i>>, name: &str) -> Option<Reader<'t, 'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.problems.push(wrong(value, &format!("\"{name}\" is a table")));
        }
        table.map(|table| Reader::new(table, value.span()))
    }

    fn check_path(&mut self, path: &str, span: &Range<usize>, test: Option<(&Test, Range<usize>)>) {
        let Some(vocabulary) = self.vocabulary else { return };
        if let Err(what) = vocabulary.check_path(path, self.each.as_deref()) {
            self.problems.push(Problem { span: span.clone(), what });
        } else if let Some((test, span)) = test
            && let Err(what) = vocabulary.check_test(path, self.each.as_deref(), test)
        {
            self.problems.push(Problem { span, what });
        }
    }

    fn check_mention(&mut self, path: &str, span: &Range<usize>) {
        let Some(vocabulary) = self.vocabulary else { return };
        let of_item = self.lists.iter().any(|list| vocabulary.check_path(path, Some(list)).is_ok());
        if !of_item {
            self.check_path(path, span, None);
        }
    }

    fn check_list(&mut self, each: &At<String>) {
        let Some(vocabulary) = self.vocabulary else { return };
        if let Err(what) = vocabulary.check_list(&each.value) {
            self.problems.push(Problem { span: each.span.clone(), what });
        }
    }

    fn missing(&mut self, span: &Range<usize>, what: &str) {
        self.problems.push(Problem { span: first_character(span), what: what.to_owned() });
    }
}

fn values(texts: Vec<At<String>>) -> Vec<String> {
    texts.into_iter().map(|at| at.value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
title = "a title"
owner = "app owner"
[[when]]
confidence = "certain"
symptom = [{ at = "token.error.codes", has = 7000222 }]
not = [{ any = [{ at = "credential.secret.kind", is = "guid" }] }]
[explain]
cause = "Entra knows {{ credential.client_id.value | the application }}."
fix = [{ by = "app owner", do = "Make a new secret." }]
"#;

    fn problems(text: &str) -> Vec<String> {
        let vocabulary = Vocabulary::of_evidence();
        let problems = parse("x", "token", text, Some(&vocabulary)).expect_err("problems");
        problems.into_iter().map(|p| format!("{} <- {}", p.what, &text[p.span])).collect()
    }

    #[test]
    fn a_good_rule_is_read() {
        let rule = parse("x", "token", GOOD, Some(&Vocabulary::of_evidence())).expect("a rule");
        assert_eq!(rule.blocks.len(), 1);
        assert_eq!(rule.severity, Severity::Error);
    }

    #[test]
    fn every_problem_is_shown_at_its_characters() {
        let text = GOOD
            .replace("owner = \"app owner\"", "owner = \"app ownr\"\ncolour = 1")
            .replace("token.error.codes", "token.error.code")
            .replace("is = \"guid\"", "is = \"guidd\"")
            .replace("| the application ", "");
        insta::assert_snapshot!(problems(&text).join("\n"));
    }

    #[test]
    fn tests_fit_the_kind_of_a_leaf() {
        let text = GOOD.replace("has = 7000222", "above = 3").replace("is = \"guid\"", "has = \"guid\"");
        insta::assert_snapshot!(problems(&text).join("\n"));
    }

    #[test]
    fn broken_toml_is_shown_at_its_characters() {
        assert!(!problems("title = \"a\nowner = = 1\n").is_empty());
    }
}
