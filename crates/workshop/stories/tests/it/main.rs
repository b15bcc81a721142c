//! Every file of `data/` is a story, and every story one test.

mod asked;
mod bureau;
mod far_side;
mod machine;
mod post_office;
mod staff;
mod steps;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    thread,
};

use anyhow::{Context, anyhow, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use stories::{Phrasebook, Story};

use bureau::Bureau;

/// What a story may take of the stack: futures of the whole house are large where nothing is
/// optimised.
const STACK_BYTES: usize = 32 << 20;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("failed to read the stories: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> anyhow::Result<Vec<Trial>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let entries = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "story"));
    paths.sort();
    ensure!(!paths.is_empty(), "there are none in {}", folder.display());
    let book = Arc::new(steps::book()?);
    let trial = |path: PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let book = Arc::clone(&book);
        Trial::test(name, move || {
            play(&book, &path).map_err(|error| Failed::from(format!("{error:#}")))
        })
    };
    Ok(paths.into_iter().map(trial).collect())
}

/// Plays a story, on a stack of its own.
fn play(book: &Arc<Phrasebook<Bureau>>, path: &Path) -> anyhow::Result<()> {
    let story = Story::read(path)?;
    let book = Arc::clone(book);
    let stage = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(told(&book, &story))
    })?;
    // What panicked has said so already.
    stage.join().map_err(|_| anyhow!("the story panicked"))?
}

async fn told(book: &Phrasebook<Bureau>, story: &Story) -> anyhow::Result<()> {
    let (first, rest) = story.steps.split_first().context("the story is empty")?;
    let path = story.path.file_name().unwrap_or_default();
    let path = Path::new(path);
    // All are looked up before the first is played.
    let (begin, moment) = steps::beginning()?.find(path, first)?;
    let played: Vec<_> = rest
        .iter()
        .map(|said| Ok((said, book.find(path, said)?)))
        .collect::<anyhow::Result<_>>()?;
    let mut bureau = None;
    begin(&mut bureau, moment).await?;
    let mut bureau = bureau.context("the first step opens the house")?;
    for (said, (act, told)) in played {
        let place = || format!("{}:{}: {}", path.display(), said.line, said.text);
        act(&mut bureau, told).await.with_context(place)?;
    }
    bureau.close().await
}
