//! Watches that break, are refused or end too soon.

use super::*;

#[test]
fn a_connection_that_is_cut_is_told_once_and_goes_on_where_it_was() {
    let mock = Api::start([(
        PODS,
        vec![
            Reply::steps(vec![
                line("ADDED", &new_pod("agent-4"), 10),
                Step::Send(r#"{"type":"ADDED","object":{"metada"#.to_owned()),
            ]),
            Reply::steps(vec![
                line("ADDED", &new_pod("agent-5"), 11),
                Step::Wait(Duration::from_secs(2)),
            ]),
            // Nor is the next one told that another attempt heals.
            Reply::steps(vec![
                line("ADDED", &new_pod("agent-6"), 12),
                Step::Wait(LONG),
            ]),
        ],
    )]);
    let seen = Seen::until(&mock, |world| has_pod(world, "agent-6"));
    let lost = seen.check().lost();
    assert!(lost.contains("`watch pods` was cut off"), "{lost}");
    assert_eq!(versions(&mock, PODS), ["9", "10", "11"]);
    assert_eq!(lists(&mock, PODS), 1);
}

#[test]
fn a_server_that_is_away_for_a_while_is_waited_for() {
    let began = Instant::now();
    let away = move || (1..4).contains(&began.elapsed().as_secs());
    let mock = Mock::start(move |request| {
        if away() {
            // The connection is closed without an answer.
            let mut reply = Reply::new(200, "lost");
            reply.cut_after = Some(0);
            return reply;
        }
        let is_back = began.elapsed().as_secs() >= 4;
        if !request.target.contains("watch=true") {
            return answer(request);
        }
        if is_back && watches(request, PODS) {
            let back = line("ADDED", &new_pod("agent-4"), 30);
            return Reply::steps(vec![back, Step::Wait(LONG)]);
        }
        let left = Duration::from_millis(1500).saturating_sub(began.elapsed());
        Reply::steps(vec![Step::Wait(if is_back { LONG } else { left })])
    });
    let seen = Seen::until(&mock, |world| has_pod(world, "agent-4"));
    assert!(seen.check().lost().contains(&mock.address.to_string()));
    // Nothing is shown meanwhile.
    assert!(seen.worlds.len() <= 6, "{}", seen.worlds.len());
}

#[test]
fn a_version_that_is_too_old_is_listed_again() {
    let expired = json!({"kind": "Status", "code": 410, "reason": "Expired", "metadata": {}});
    let by_line = Reply::steps(vec![line("ERROR", &expired, 0), Step::End]);
    let by_status = Reply::status(410, "Expired", "too old resource version");
    for reply in [by_line, by_status] {
        let listed = Arc::new(Mutex::new(0));
        let times = Arc::clone(&listed);
        let mock = Api::start_with([(PODS, vec![reply])], move |request| {
            if request.path() == PODS && !request.target.contains("notin") {
                *times.lock().unwrap() += 1;
                if *times.lock().unwrap() > 1 {
                    return list("Pod", &[new_pod("agent-9")]);
                }
            }
            answer(request)
        });
        let seen = Seen::until(&mock, |world| {
            has_pod(world, "agent-9") && !has_pod(world, "agent-1")
        });
        assert_eq!(seen.check().notices, []);
        assert_eq!(*listed.lock().unwrap(), 2);
        let deadline = Instant::now() + Duration::from_secs(5);
        while versions(&mock, PODS).len() < 2 && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(versions(&mock, PODS)[0], "9");
    }
}

#[test]
fn where_watching_is_forbidden_lists_are_read_again_and_again() {
    let listed = Mutex::new(0);
    let mock = Mock::start(move |request| {
        if request.target.contains("watch=true") {
            let message = "pods is forbidden: User \"viewer\" cannot watch resource \"pods\"";
            return Reply::status(403, "Forbidden", message);
        }
        if request.path() == NODES {
            *listed.lock().unwrap() += 1;
            if *listed.lock().unwrap() > 1 {
                return list("Node", &[json!({"metadata": {"name": "n3"}})]);
            }
        }
        answer(request)
    });
    let seen = Seen::until(&mock, |world| {
        let nodes = world.nodes.as_ref().unwrap();
        nodes.iter().any(|n| &*n.name == "n3")
    });
    let [Notice::Polling(told)] = &seen.check().notices[..] else {
        panic!("{:?}", seen.notices)
    };
    assert!(
        told.starts_with("controllerrevisions, daemonsets, events, nodes, pods can't be watched"),
        "{told}"
    );
    assert!(
        told.contains("every 5s") && told.contains("User \"viewer\""),
        "{told}"
    );
}

#[test]
fn a_line_that_is_none_is_told_and_the_list_read_again() {
    let garbage = Step::Send("<html>Bad Gateway</html>\n".to_owned());
    let mock = Api::start([(
        PODS,
        vec![
            Reply::steps(vec![garbage, Step::Wait(LONG)]),
            Reply::steps(vec![
                line("ADDED", &new_pod("agent-4"), 10),
                Step::Wait(LONG),
            ]),
        ],
    )]);
    let seen = Seen::until(&mock, |world| has_pod(world, "agent-4"));
    let lost = seen.check().lost();
    assert!(
        lost.contains("a line of it is not what the API sends"),
        "{lost}"
    );
    assert_eq!(lists(&mock, PODS), 2);
}

#[test]
fn the_time_is_up_even_where_the_server_never_answers() {
    let mock = Api::start_with([], |request| {
        let mut reply = answer(request);
        if request.path() == NODES {
            reply.delay = LONG;
        }
        reply
    });
    let cluster = connect(&to(&mock)).unwrap();
    let began = Instant::now();
    let limit = Some(Duration::from_millis(700));
    let ended = cluster.follow::<()>(&agent(), limit, &mut |_| panic!("nothing is known"));
    assert!(matches!(ended, Ok(Followed::TimedOut)), "{ended:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_is_wrong_from_the_start_is_an_error() {
    let mock = Mock::start(|request| match request.path() {
        NODES => Reply::status(500, "InternalError", "etcd is away"),
        _ => answer(request),
    });
    let seen = Seen::until(&mock, |_| true);
    let error = seen.ended.unwrap_err().to_string();
    assert_eq!(error, "Error from server (InternalError): etcd is away");
    let mut other = agent();
    other.name = "agnet".to_owned();
    let cluster = connect(&to(&mock)).unwrap();
    let ended = cluster.follow::<()>(&other, None, &mut |_| panic!("there is none"));
    let error = ended.unwrap_err().to_string();
    assert!(error.contains("did you mean `agent`?"), "{error}");
}

#[test]
fn lists_that_may_not_be_read_stay_unknown() {
    let mock = Api::start_with([], |request| {
        if request.path().ends_with("/nodes") || request.path().ends_with("/events") {
            return Reply::status(403, "Forbidden", "viewer cannot list");
        }
        answer(request)
    });
    let seen = Seen::until(&mock, |_| true);
    let world = &seen.check().worlds[0];
    assert!(world.nodes.is_none() && world.events.is_none());
    let incomplete: Vec<&str> = world.incomplete.iter().map(|i| &*i.resource).collect();
    assert_eq!(incomplete, ["nodes"]);
    assert_eq!(world.notes, ["events can't be listed: viewer cannot list"]);
}

/// A list that is first asked for later, for a revision that is new.
#[test]
fn a_list_that_fails_later_is_seen_through() {
    let labels = json!({"app": "agent", "controller-revision-hash": "def"});
    let revision = json!({"metadata": {"name": "agent-def", "namespace": "ops", "labels": labels,
        "ownerReferences": owners("agent")}, "revision": 2, "data": {}});
    let steps = vec![
        Step::Wait(Duration::from_secs(1)),
        line("ADDED", &revision, 10),
        Step::Wait(LONG),
    ];
    let asked = Mutex::new(0);
    let mock = Api::start_with([(REVISIONS, vec![Reply::steps(steps)])], move |request| {
        if request.target.contains("(abc,def)") {
            *asked.lock().unwrap() += 1;
            if *asked.lock().unwrap() == 1 {
                return Reply::status(500, "InternalError", "etcd is away");
            }
        }
        answer(request)
    });
    let seen = Seen::until(&mock, |world| world.revisions.as_ref().unwrap().len() == 2);
    assert!(seen.check().lost().contains("etcd is away"));
}
