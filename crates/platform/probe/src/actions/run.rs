use std::time::Duration;

use kernel::{Caller, Fault, FaultKind, Text};
use serde_json::Value;

use super::{
    CHECK_RUN, WatchedCheck, no_such_check, own_machine, permit, permit_protocol, permit_target,
};
use crate::{
    Probe,
    model::{CheckId, spec_fault, timeout_fault, timeout_of},
    outcome::Outcome,
};

/// The longest anybody waits for a run: less than a request may take.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// The same in seconds, as the longest timeout of a trial.
const TRIAL_TIMEOUT_MAX_S: f64 = 20.0;

/// What a trial came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The answer.
    pub outcome: Outcome,
    /// How long it took.
    pub duration: Duration,
}

impl Probe {
    /// Runs a check now and waits for its answer, up to its timeout and 20 s. One that is just
    /// being run is not run twice.
    ///
    /// Errors: not found; `check-disabled`; `check-elsewhere` when another server runs it.
    pub async fn run_now(&self, caller: &Caller, id: CheckId) -> Result<WatchedCheck, Fault> {
        permit(caller, CHECK_RUN)?;
        let resource_id = self.check(id).await?.definition.resource_id;
        self.permit_over(caller, CHECK_RUN, id, resource_id).await?;
        let now = self.inner.clock.monotonic();
        let (runs, timeout) = {
            let mut board = self.board();
            let entry = board.entry(id).ok_or_else(|| no_such_check(id))?;
            let known = (entry.runs, entry.definition.settings.timeout());
            if !self.inner.sharing.is_here(entry.machine) {
                let text = Text::new(
                    "the check runs on another server at the moment; ask that one",
                    "该检查目前由另一台服务器执行，请在那台服务器上操作",
                );
                return Err(Fault::conflict("check-elsewhere", text));
            }
            if !board.ask_now(id, now) {
                let text = Text::new(
                    "the check is disabled, or its resource is retired: it does not run",
                    "检查已停用或其资源已退役，不会运行",
                );
                return Err(Fault::conflict("check-disabled", text));
            }
            known
        };
        self.tick();
        let limit = (timeout + Duration::from_secs(1)).min(WAIT_MAX);
        self.wait_for_run(id, runs, limit).await;
        self.check(id).await
    }

    /// Asks once without keeping anything: to see whether a specification is right.
    ///
    /// Errors: every field that is wrong; too many trials at once.
    pub async fn try_out(
        &self,
        caller: &Caller,
        protocol: &str,
        spec: &Value,
        timeout_s: Option<f64>,
    ) -> Result<Trial, Fault> {
        permit(caller, CHECK_RUN)?;
        permit_protocol(caller, CHECK_RUN, protocol, self.protocols())?;
        let timeout_s = timeout_s.unwrap_or(10.0);
        let mut faults = Vec::from_iter(timeout_fault(timeout_s, TRIAL_TIMEOUT_MAX_S));
        faults.extend(spec_fault(spec));
        let check = self.protocols().parse(protocol, spec);
        let check = match check {
            Ok(check) if faults.is_empty() => check,
            Ok(_) => return Err(Fault::invalid_fields(faults)),
            Err(fault) => {
                faults.push(fault);
                return Err(Fault::invalid_fields(faults));
            }
        };
        let own_machine = own_machine(caller, CHECK_RUN);
        permit_target(own_machine, CHECK_RUN, &check.target())?;
        let Ok(_leave) = self.inner.trials.try_acquire() else {
            let text =
                Text::new("too many trials at once; try again shortly", "试运行过多，请稍后再试");
            return Err(Fault::new(
                FaultKind::TooMany { retry_after_s: 5 },
                "too-many-trials",
                text,
            ));
        };
        let asked = self.ask(check.as_ref(), timeout_of(timeout_s), own_machine);
        let (outcome, duration) = asked.await;
        Ok(Trial { outcome, duration })
    }
}
