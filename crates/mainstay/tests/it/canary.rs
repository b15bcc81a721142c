//! What is of one city stays there. Two cities have one of every kind of thing, each with a word of
//! its own in every text; who may see one of them is asked every GET route of the document, with
//! the id of everything there is. No answer may have a word of the other city in it. A new route is
//! asked without another line here; a new kind of thing is a line of `canary/world.json`.

mod questions;
mod world;

use std::collections::BTreeSet;

use serde_json::Value;

use self::{
    questions::questions,
    world::{Asker, World},
};
use crate::{routes::operations, server::Answer};

/// Streams do not end; the first run is over.
const NOT_ASKED: [&str; 2] = ["/api/v1/live", "/api/v1/first-run"];

/// Whoever sees both names somebody of the other city in something of this one: who serves here is
/// called by name, and nothing else is told of them.
const NAMED_HERE: [&str; 1] = ["guest"];

/// What nobody is shown who holds a part of the house, and what is shown to nobody at all.
const UNSEEN_IN_A_PART: [&str; 18] = [
    "box",
    "boxuser",
    "call",
    "caller",
    "callid",
    "channel",
    "destination",
    "group",
    "groupdescription",
    "hook",
    "list",
    "listed",
    "mailbox",
    "query",
    "review",
    "store",
    "user",
    "value",
];

/// The words behind `mark` in a text, but for those that were asked with.
fn words(mark: &str, text: &str, question: &str) -> BTreeSet<String> {
    let (text, question) = (text.to_lowercase(), question.to_lowercase());
    let rests = text.split(mark).skip(1);
    let words = rests.map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric());
        rest[..end.unwrap_or(rest.len())].to_owned()
    });
    words.filter(|word| !word.is_empty() && !question.contains(&format!("{mark}{word}"))).collect()
}

/// What one asker was told.
#[derive(Default)]
struct Told {
    asked: usize,
    own: BTreeSet<String>,
    leaks: Vec<String>,
    faults: Vec<String>,
}

impl Told {
    fn hears(&mut self, world: &World, (role, path): (&str, &str), answer: &Answer) {
        self.asked += 1;
        self.own.extend(words(&world.own.mark, &answer.text, path));
        let mut foreign = words(&world.other.mark, &answer.text, path);
        foreign.retain(|word| !NAMED_HERE.contains(&word.as_str()));
        if !foreign.is_empty() {
            self.leaks.push(format!("{role}: GET {path}: {foreign:?}"));
        }
        let ill_asked = answer.status == 400 && !path.contains('?');
        if ill_asked || answer.status == 429 || answer.status >= 500 {
            self.faults.push(format!("{role}: GET {path}: {}", answer.text));
        }
    }
}

/// Asks everything as one asker.
fn asked(world: &World, document: &Value, asker: &mut Asker) -> Told {
    let mut told = Told::default();
    for (method, path, operation) in operations(document) {
        if method != "GET" || NOT_ASKED.contains(&path.as_str()) {
            continue;
        }
        let everywhere = operation["security"][0]["session"][0] == "everywhere";
        for question in questions(&path, &operation, world) {
            let answer = asker.get(&world.server, &question);
            told.hears(world, (asker.role, &question), &answer);
            // Whoever may not ask at all is told the same whatever they ask for.
            let code = answer.json["code"].as_str().unwrap_or_default();
            if code == "forbidden" || (everywhere && code == "out-of-scope") {
                break;
            }
        }
    }
    told
}

#[test]
fn no_answer_tells_of_another_city() {
    let (world, mut askers) = world::made();
    let document = world.server.get("", "/api/openapi.json").json;
    world.settle();
    let world = &world;
    let told: Vec<Told> = std::thread::scope(|scope| {
        let document = &document;
        let ask = |asker| scope.spawn(move || asked(world, document, asker));
        let threads: Vec<_> = askers.iter_mut().map(ask).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let faults: Vec<&String> = told.iter().flat_map(|told| &told.faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let leaks: Vec<&String> = told.iter().flat_map(|told| &told.leaks).collect();
    assert!(leaks.is_empty(), "{} answers tell of another city: {leaks:#?}", leaks.len());
    assert!(told.iter().all(|told| told.asked > 500), "the document has lost its routes");
    // Words that nobody is shown would prove nothing.
    let shown = &told.last().unwrap().own;
    let lost: Vec<String> = world
        .words()
        .into_iter()
        .filter(|word| !shown.contains(word) && !UNSEEN_IN_A_PART.contains(&word.as_str()))
        .collect();
    assert!(lost.is_empty(), "of one's own city nothing says {lost:?}");
}

#[test]
fn words_are_found_wherever_they_stand() {
    let found =
        words("qzxb", "{\"a\":\"QZXBticket\",\"b\":\"x-qzxbunit.\",\"c\":\"qzxb\"}", "?q=qzxbunit");
    assert_eq!(found, BTreeSet::from(["ticket".to_owned()]));
}
