//! What is done by the clock, from all parts of the house.

use std::sync::Arc;

use access::Access;
use alerts::Alerts;
use clients::Clients;
use desk::Desk;
use directory::Sources;
use duty::Duty;
use jobs::{Calendars, Job, Jobs, JobsParts, Leases};
use recording::Recording;
use resources::Resources;
use services::Services;

use super::{
    authors::Users,
    directory_sync::DirectorySync,
    ground::Ground,
    journal::Keeping,
    messages::Outgoing,
    upkeep::{RecordsCheck, RecordsUpkeep, SeriesUpkeep},
};

/// The work of those that [`open_jobs`] is not told of one by one.
pub(super) fn others(
    keeping: &Keeping,
    sources: &Sources,
    outgoing: &Outgoing,
    recording: &Recording,
    (duty, desk, clients): (&Duty, &Desk, &Clients),
) -> Vec<Arc<dyn Job>> {
    let mut jobs = keeping.jobs();
    jobs.extend(recording::jobs(recording));
    jobs.extend(outgoing.jobs());
    jobs.extend(duty::subsystem::jobs(duty));
    jobs.extend(desk::subsystem::jobs(desk));
    jobs.extend(clients::subsystem::jobs(clients));
    jobs.push(Arc::new(DirectorySync { sources: sources.clone() }));
    jobs
}

/// All work, each at its own interval.
pub(super) fn open_jobs(
    ground: &Ground,
    leases: &Leases,
    resources: &Resources,
    services: Option<&Services>,
    alerts: &Alerts,
    access: &Access,
    others: Vec<Arc<dyn Job>>,
) -> anyhow::Result<Jobs> {
    let (store, clock) = (Arc::clone(&ground.series), Arc::clone(&ground.clock));
    let mut work: Vec<Arc<dyn Job>> = vec![
        Arc::new(SeriesUpkeep { store, clock }),
        Arc::new(RecordsUpkeep(ground.db.clone())),
        Arc::new(RecordsCheck(ground.db.clone())),
    ];
    work.extend(resources::jobs(resources, Arc::new(Users(access.clone()))));
    work.extend(services.into_iter().flat_map(services::subsystem::jobs));
    work.extend(alerts::subsystem::jobs(alerts));
    work.extend(access::jobs(access));
    work.extend(others);
    Ok(Jobs::new(JobsParts {
        db: ground.db.clone(),
        clock: Arc::clone(&ground.clock),
        timer: Arc::clone(&ground.timer),
        leases: leases.clone(),
        calendars: Calendars::standard()?,
        work,
    }))
}
