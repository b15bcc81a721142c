//! What was found on a host stays with it when it turns out to be another, and comes back.

use std::{collections::BTreeMap, time::Duration};

use journal::Dispatcher;
use kernel::{Caller, Page};
use resources::{Merge, NewResource, ResourceFilter, ResourceId};
use services::model::{Discovered, DiscoveryState};

use crate::discovery_house::{House, caller, socket};

const WORKS: &str = "the test's own house works";

impl House {
    async fn other_host(&self) -> ResourceId {
        self.clock.advance(Duration::from_secs(1));
        let new = NewResource { kind: "host".into(), name: "front".into(), ..Default::default() };
        self.resources.create(&Caller::console(), &new).await.expect(WORKS).id
    }

    async fn merge(&self, kept: ResourceId, gone: ResourceId) -> Merge {
        let merge = self.merge_unfollowed(kept, gone).await;
        self.follow().await;
        merge
    }

    async fn merge_unfollowed(&self, kept: ResourceId, gone: ResourceId) -> Merge {
        self.clock.advance(Duration::from_secs(1));
        let choices = BTreeMap::new();
        self.resources.merge(&Caller::console(), kept, gone, &choices).await.expect(WORKS)
    }

    async fn undo(&self, merge: &Merge) {
        self.resources.undo_merge(&Caller::console(), merge.id).await.expect(WORKS);
        self.follow().await;
    }

    async fn follow(&self) {
        let mut reactions = probe::reactions(&self.probe);
        reactions.extend(services::subsystem::reactions(&self.services));
        Dispatcher::new(self.records.db.clone(), reactions).settle().await.expect(WORKS);
    }

    async fn services_in_register(&self) -> usize {
        let filter = ResourceFilter { kind: Some("service".into()), ..ResourceFilter::default() };
        let page = Page { after: None, limit: 100 };
        self.resources
            .list(&kernel::Scope::Everywhere, &filter, &page)
            .await
            .expect(WORKS)
            .items
            .len()
    }

    async fn accept(&self, item: &Discovered) -> Discovered {
        let administrator = caller(testkit::administrator_grant());
        self.services.accept(&administrator, item.id).await.expect(WORKS)
    }
}

fn hosts(items: &[Discovered]) -> Vec<ResourceId> {
    items.iter().map(|item| item.host_resource_id).collect()
}

#[tokio::test]
async fn discovered_services_go_with_their_host_and_scans_go_on_there_until_it_is_undone() {
    let house = House::new(false).await;
    let web = socket("0.0.0.0", 80, "nginx", 10);
    let mail = socket("0.0.0.0", 25, "master", 11);
    house.scan(vec![web.clone()]).await;
    let accepted = house.accept(&house.items().await[0]).await;
    let kept = house.other_host().await;
    let merge = house.merge(kept, house.host).await;
    assert_eq!(hosts(&house.items().await), [kept]);
    assert_eq!(house.verbs().await.iter().filter(|verb| *verb == "service.moved").count(), 1);

    // The running server finds the same again, with another process, and what is new.
    let restarted = socket("127.0.0.1", 80, "nginx", 20);
    house.scan(vec![restarted.clone()]).await;
    house.scan(vec![restarted.clone(), mail.clone()]).await;
    house.scan(vec![restarted, mail.clone()]).await;
    let items = house.items().await;
    assert_eq!(hosts(&items), [kept, kept]);
    let again = items.iter().find(|item| item.id == accepted.id).unwrap();
    assert_eq!((again.listening, again.resource_id), (true, accepted.resource_id));
    assert_eq!(again.process.as_ref().unwrap().pid, 20);
    assert_eq!(house.services_in_register().await, 1, "it is the same service");

    house.undo(&merge).await;
    let items = house.items().await;
    // What was found since and nobody decided about is found again.
    assert_eq!((hosts(&items), items[0].id), (vec![house.host], accepted.id));
    house.scan(vec![web.clone(), mail.clone()]).await;
    house.scan(vec![web, mail]).await;
    assert_eq!(hosts(&house.items().await), [house.host, house.host]);
    assert_eq!(house.services_in_register().await, 1);
}

#[tokio::test]
async fn a_scan_that_comes_before_services_have_followed_a_merge_finds_nothing_twice() {
    let house = House::new(true).await;
    let web = vec![socket("0.0.0.0", 80, "nginx", 10)];
    house.scan(web.clone()).await;
    house.scan(web.clone()).await;
    let found = house.items().await;
    let kept = house.other_host().await;
    let merge = house.merge_unfollowed(kept, house.host).await;
    house.scan(web.clone()).await;
    house.follow().await;
    house.scan(web.clone()).await;
    let items = house.items().await;
    assert_eq!((hosts(&items), items[0].id), (vec![kept], found[0].id));

    house.resources.undo_merge(&Caller::console(), merge.id).await.expect(WORKS);
    house.scan(web.clone()).await;
    house.follow().await;
    house.scan(web).await;
    let items = house.items().await;
    assert_eq!((hosts(&items), items[0].id), (vec![house.host], found[0].id));
    assert_eq!(house.services_in_register().await, 1);
}

#[tokio::test]
async fn of_a_service_that_both_hosts_have_the_one_that_was_decided_about_stays() {
    let mut house = House::new(false).await;
    let all = [(22, "sshd"), (80, "nginx"), (5432, "postgres")];
    let all: Vec<_> = all.map(|(port, comm)| socket("0.0.0.0", port, comm, 10)).to_vec();
    house.scan(all.clone()).await;
    let of_port = |items: &[Discovered], host, port| {
        items.iter().find(|item| item.host_resource_id == host && item.key.port == port).cloned()
    };
    let (old, items) = (house.host, house.items().await);
    // On the old host SSH and the web server are accepted.
    let ssh = house.accept(&of_port(&items, old, 22).unwrap()).await;
    house.accept(&of_port(&items, old, 80).unwrap()).await;
    // The machine was installed anew: to the register it is another host.
    let new = house.other_host().await;
    house.stand_for(new);
    house.scan(all.clone()).await;
    let items = house.items().await;
    assert_eq!(items.len(), 6);
    let web = house.accept(&of_port(&items, new, 80).unwrap()).await;

    let merge = house.merge(new, old).await;
    let items = house.items().await;
    assert_eq!(items.len(), 4, "{items:?}");
    assert_eq!(of_port(&items, new, 22).unwrap().id, ssh.id, "accepted before suggested");
    assert_eq!(of_port(&items, new, 80).unwrap().id, web.id);
    let other = of_port(&items, old, 80).unwrap();
    assert_eq!((other.state, other.listening), (DiscoveryState::Accepted, false));

    house.scan(all).await;
    assert!(house.items().await.iter().filter(|item| item.listening).count() == 3);
    house.undo(&merge).await;
    let items = house.items().await;
    assert_eq!(of_port(&items, old, 22).unwrap().id, ssh.id);
    assert_eq!(of_port(&items, old, 80).unwrap().id, other.id);
    assert_eq!(of_port(&items, new, 80).unwrap().id, web.id);
}
