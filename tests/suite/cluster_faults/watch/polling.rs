//! Servers and proxies whose lists can be read and whose watches are no good.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Follows where every watch gets this answer. A third node is there once four watches of
/// nodes have failed, a list has shown that the server is there, and another one is read.
fn followed(watch: impl Fn() -> Reply + Send + Sync + 'static) -> (Seen, Mock) {
    let [watched, listed] = [0, 0].map(AtomicUsize::new);
    let mock = Mock::start(move |request| {
        let is_nodes = request.path() == NODES;
        if request.target.contains("watch=true") {
            watched.fetch_add(usize::from(is_nodes), Ordering::SeqCst);
            return watch();
        }
        let failed = is_nodes && watched.load(Ordering::SeqCst) >= 4;
        if !failed || listed.fetch_add(1, Ordering::SeqCst) == 0 {
            return answer(request);
        }
        let nodes = ["n1", "n2", "n3"].map(|name| json!({"metadata": {"name": name}}));
        list("Node", &nodes)
    });
    let seen = Seen::until(&mock, |world| world.nodes.as_ref().unwrap().len() == 3);
    (seen, mock)
}

fn check(seen: &Seen, mock: &Mock, why: &str) {
    let mut told: Vec<&Notice> = seen.check().notices.iter().collect();
    let Some(Notice::Polling(polling)) = told.pop() else {
        panic!("{:?}", seen.notices)
    };
    let all = "controllerrevisions, daemonsets, events, nodes, pods can't be watched, so the lists are read every 5s instead: ";
    assert_eq!(polling.strip_prefix(all), Some(why), "{polling}");
    // Before that an outage may have been suspected, and no more than once.
    assert!(
        matches!(told[..], [] | [Notice::Lost(_), Notice::Back(_)]),
        "{told:?}"
    );
    let received = mock.received();
    let watched = received.iter().filter(|r| watches(r, NODES)).count();
    assert_eq!(watched, 4);
}

#[test]
fn watches_that_are_no_good_are_given_up_and_the_lists_are_read() {
    let expired = json!({"kind": "Status", "code": 410, "reason": "Expired", "metadata": {}});
    let expired = line("ERROR", &expired, 0);
    let mut elsewhere = new_pod("agent-4");
    elsewhere["metadata"]["namespace"] = json!("elsewhere");
    elsewhere["metadata"]["name"] = json!("");
    let nameless = line("ADDED", &elsewhere, 10);
    type Watch = Box<dyn Fn() -> Reply + Send + Sync>;
    let ways: Vec<(Watch, &str)> = vec![
        (
            Box::new(|| Reply::steps(vec![Step::End])),
            "the server ends each watch at once",
        ),
        (
            Box::new(|| Reply::steps(Vec::new())),
            "the answer of the server SERVER to `watch controllerrevisions` was cut off in the middle; try again",
        ),
        (
            Box::new(|| Reply::new(502, "<html>")),
            "the server answered 502 Bad Gateway: \"<html>\" (watch controllerrevisions)",
        ),
        (
            Box::new(|| Reply::steps(vec![Step::Send("<html>\n".to_owned()), Step::Wait(LONG)])),
            "the answer of the server SERVER to `watch controllerrevisions` can't be used: a line of it is not what the API sends",
        ),
        (
            Box::new(move || Reply::steps(vec![nameless.clone(), Step::Wait(LONG)])),
            "the answer of the server SERVER to `watch controllerrevisions` can't be used: an object in it has no name",
        ),
        (
            Box::new(move || Reply::steps(vec![expired.clone(), Step::End])),
            "a list that was just read is too old for a watch",
        ),
    ];
    std::thread::scope(|scope| {
        for (watch, why) in ways {
            scope.spawn(move || {
                let (seen, mock) = followed(watch);
                let why = why.replace("SERVER", &mock.address.to_string());
                check(&seen, &mock, &why);
            });
        }
    });
}

/// One that brings something before it breaks off is worth opening again.
#[test]
fn watches_that_are_cut_after_each_change_go_on() {
    let replies = (0..8).map(|n| {
        let change = line("ADDED", &new_pod(&format!("more-{n}")), 10 + n);
        Reply::steps(vec![change, Step::End])
    });
    let mock = Api::start([(PODS, replies.collect())]);
    let seen = Seen::until(&mock, |world| has_pod(world, "more-7"));
    assert_eq!(seen.check().notices, []);
    assert_eq!(lists(&mock, PODS), 1);
}
