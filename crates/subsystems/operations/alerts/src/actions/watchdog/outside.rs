use axum::http::{Request, header};
use jobs::Fence;
use kernel::{Caller, Fault, Text, Time};

use super::{Alerts, OUTSIDE, OUTSIDE_STATE, Occasion, OutsideMeans, OwnAlert};
use crate::{
    AlertsError,
    actions::apply::append,
    model::{
        alert::CloseReason,
        watchdog::{
            Method, OUTSIDE_SUBJECT, OutsideState, OutsideWatcher, OutsideWatcherResumed,
            OutsideWatcherStopped, breaks,
        },
    },
};

/// Characters of what went wrong that are kept.
const SAID_MAX: usize = 200;

impl Alerts {
    /// Asks the watcher outside, if it is time and everything works. That the state is written
    /// before shows that facts can be, too: they are in the same records. Returns what does not
    /// work, or `None` when nothing was to be done.
    pub(crate) async fn ask_outside(
        &self,
        fence: &Fence,
    ) -> Result<Option<Vec<Text>>, AlertsError> {
        let (watcher, _) = self.kept::<OutsideWatcher>(OUTSIDE).await?;
        let (state, _) = self.kept::<OutsideState>(OUTSIDE_STATE).await?;
        let now = self.clock.now();
        if !watcher.is_due(&state, now) {
            return Ok(None);
        }
        let broken = breaks(self.signs().await?, now);
        let state = self.begin_asking(fence, state, &broken, now).await?;
        if !broken.is_empty() {
            return Ok(Some(broken));
        }
        let answer = self.asked(&watcher).await;
        let state = state.after(answer, self.clock.now());
        self.note_answer(fence, &watcher, state, now).await?;
        Ok(Some(Vec::new()))
    }

    /// Writes that it is asked now, or that it is not because something does not work.
    async fn begin_asking(
        &self,
        fence: &Fence,
        mut state: OutsideState,
        broken: &[Text],
        now: Time,
    ) -> Result<OutsideState, AlertsError> {
        let caller = Caller::system("alerts");
        let occasion = Occasion::new(&caller, now);
        let mut tx = self.db.begin().await?;
        match (broken.is_empty(), state.stopped_at) {
            (false, None) => {
                state.stopped_at = Some(now);
                let fact = OutsideWatcherStopped { breaks: broken.to_vec() };
                append(&mut tx, occasion, &fact).await?;
            }
            (true, Some(_)) => {
                state.stopped_at = None;
                append(&mut tx, occasion, &OutsideWatcherResumed {}).await?;
            }
            _ => {}
        }
        state.breaks = broken.to_vec();
        if broken.is_empty() {
            state.tried_at = Some(now);
        }
        self.keep(&mut tx, OUTSIDE_STATE, &state).await?;
        fence.check(&mut tx).await.map_err(taken_over)?;
        tx.commit().await?;
        Ok(state)
    }

    /// What the watcher answered, or why it did not; neither holds its address.
    async fn asked(&self, watcher: &OutsideWatcher) -> Result<String, String> {
        let means = self.outside.as_ref().ok_or("nothing is asked from here")?;
        let request = request_to(means, watcher).await?;
        let answer =
            means.outgoing.ask(request, "").await.map_err(|error| cut(&error.text().en))?;
        let said = format!("HTTP {}", answer.status().as_u16());
        if answer.status().is_success() { Ok(said) } else { Err(said) }
    }

    async fn note_answer(
        &self,
        fence: &Fence,
        watcher: &OutsideWatcher,
        mut state: OutsideState,
        now: Time,
    ) -> Result<(), AlertsError> {
        let caller = Caller::system("alerts");
        let occasion = Occasion::new(&caller, now);
        let mut tx = self.db.begin().await?;
        if state.is_lost() && state.alert_id.is_none() {
            let own = lost(watcher, &state);
            state.alert_id = self.raise_own(&mut tx, occasion, own).await?;
        }
        if state.failures == 0 {
            let alert = state.alert_id.take();
            self.end_own(&mut tx, occasion, alert, CloseReason::Recovered).await?;
        }
        self.keep(&mut tx, OUTSIDE_STATE, &state).await?;
        fence.check(&mut tx).await.map_err(taken_over)?;
        // no fact: that it answered is none; the alert that it does not has its own.
        tx.commit().await?;
        Ok(())
    }
}

async fn request_to(
    means: &OutsideMeans,
    watcher: &OutsideWatcher,
) -> Result<Request<Vec<u8>>, String> {
    let seal = watcher.seal.as_deref().and_then(|seal| seal.parse().ok());
    let seal = seal.ok_or("it has no address")?;
    let address = means.vault.open(seal).await.map_err(|error| cut(&Fault::from(error).text.en))?;
    let (method, body) = match watcher.method {
        Method::Get => ("GET", Vec::new()),
        Method::Post => ("POST", b"alive\n".to_vec()),
    };
    let built = Request::builder()
        .method(method)
        .uri(address.expose())
        .header(header::CONTENT_TYPE, "text/plain")
        .body(body);
    // The reason might repeat the address.
    built.map_err(|_| "its address cannot be asked for".to_owned())
}

fn lost(watcher: &OutsideWatcher, state: &OutsideState) -> OwnAlert {
    let (host, said) = (&watcher.host, &state.said);
    OwnAlert {
        subject: OUTSIDE_SUBJECT,
        name: Text::new("The watcher outside cannot be reached", "外部看门狗无法访问"),
        summary: Text::new(
            format!("{host}: {said}. It will soon say that this server is dead."),
            format!("{host}：{said}。外部看门狗很快会认为本服务器已失效。"),
        ),
    }
}

fn taken_over(fault: Fault) -> AlertsError {
    AlertsError::TakenOver(Box::new(fault))
}

fn cut(said: &str) -> String {
    said.chars().take(SAID_MAX).collect()
}
