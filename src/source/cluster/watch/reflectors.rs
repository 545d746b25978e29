//! Which lists are kept up to date.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use crate::model::Pod;
use crate::source::cluster::around::{SurroundingsOf, events_request};
use crate::source::cluster::pods::{revisions_request, selected_request, unselected_requests};
use crate::source::cluster::request::Request;
use crate::source::needs::Resource;
use crate::source::{ObjectName, SourceError};

use super::caches::{Caches, Shared, shared};
use super::link::Connection;
use super::reflector::{Reflector, SyncMode};
use super::store::Cacheable;

/// A namespace only matters while it is being deleted, and often single ones may be read but not
/// listed.
const NAMESPACE: Duration = Duration::from_secs(30);

type Running<'a> = Pin<Box<dyn Future<Output = Result<Infallible, SourceError>> + 'a>>;

/// The streams.
pub(super) struct Reflectors<'a> {
    always: Vec<Running<'a>>,
    /// The revisions' request depends on the selector, and that of pods also on the revisions.
    revisions: Option<(Request, Running<'a>)>,
    pods: Vec<(Request, Shared<Pod>, Running<'a>)>,
    next_number: usize,
}

impl<'a> Reflectors<'a> {
    /// Begins with the lists that don't depend on others.
    pub(super) fn new(
        link: &'a Connection<'a>,
        name: &ObjectName,
        caches: &Caches,
    ) -> Result<Self, SourceError> {
        let bad = SourceError::Cluster;
        let mut reflectors = Self {
            always: Vec::new(),
            revisions: None,
            pods: Vec::new(),
            next_number: 0,
        };
        let namespace = Some(&*name.namespace);
        let sets = Resource::DaemonSets
            .list(namespace)
            .fields(&[("metadata.name", &name.name)]);
        let set = Resource::DaemonSets
            .get(namespace, &name.name)
            .map_err(bad)?;
        let nodes = Resource::Nodes.list(None);
        let events = events_request(SurroundingsOf::One(name));
        let ns = Resource::Namespaces
            .get(None, &name.namespace)
            .map_err(bad)?;
        let often = SyncMode::Get(ns.clone(), NAMESPACE);
        let get = SyncMode::WatchOrGet(set);
        let always = [
            reflectors.start(link, Resource::DaemonSets, sets, get, &caches.daemon_sets),
            reflectors.start(link, Resource::Nodes, nodes, SyncMode::Watch, &caches.nodes),
            reflectors.start(
                link,
                Resource::Events,
                events,
                SyncMode::Watch,
                &caches.events,
            ),
            reflectors.start(link, Resource::Namespaces, ns, often, &caches.namespaces),
        ];
        reflectors.always.extend(always);
        Ok(reflectors)
    }

    fn watch<T: Cacheable + 'a>(
        &mut self,
        link: &'a Connection<'a>,
        resource: Resource,
        request: &Request,
        store: &Shared<T>,
    ) -> Running<'a> {
        self.start(link, resource, request.clone(), SyncMode::Watch, store)
    }

    fn start<T: Cacheable + 'a>(
        &mut self,
        link: &'a Connection<'a>,
        resource: Resource,
        request: Request,
        way: SyncMode,
        store: &Shared<T>,
    ) -> Running<'a> {
        self.next_number += 1;
        let stream = Reflector {
            link,
            number: self.next_number,
            request,
            way,
            need: resource.need(),
            store: store.clone(),
        };
        Box::pin(stream.run())
    }

    /// Starts and stops streams as the DaemonSet and its revisions require.
    pub(super) fn follow(
        &mut self,
        link: &'a Connection<'a>,
        caches: &mut Caches,
    ) -> Result<(), SourceError> {
        let Some(ds) = caches.daemon_set()? else {
            return Ok(());
        };
        let wanted = revisions_request(&ds);
        if self.revisions.as_ref().is_none_or(|(r, _)| *r != wanted) {
            let running = self.watch(
                link,
                Resource::ControllerRevisions,
                &wanted,
                &caches.revisions,
            );
            self.revisions = Some((wanted, running));
        }
        let Some((ds, revisions)) = caches.owner()? else {
            return Ok(());
        };
        let selected = selected_request(&ds).into_iter();
        let wanted: Vec<Request> = selected
            .chain(unselected_requests(&ds, &revisions, false))
            .collect();
        let is_fitting = wanted.iter().eq(self.pods.iter().map(|(r, ..)| r));
        if !(caches.pods_fit && is_fitting) {
            let mut old = std::mem::take(&mut self.pods);
            for request in wanted {
                let running = match old.iter().position(|(r, ..)| *r == request) {
                    Some(index) => old.swap_remove(index),
                    None => {
                        let store = shared();
                        let running = self.watch(link, Resource::Pods, &request, &store);
                        (request, store, running)
                    }
                };
                self.pods.push(running);
            }
            caches.pods = self
                .pods
                .iter()
                .map(|(_, store, _)| store.clone())
                .collect();
            caches.pods_fit = true;
        }
        Ok(())
    }

    /// Runs all streams until one fails for good.
    pub(super) async fn run(&mut self) -> SourceError {
        poll_fn(|context| {
            let revisions = self.revisions.iter_mut().map(|(_, running)| running);
            let pods = self.pods.iter_mut().map(|(.., running)| running);
            for running in self.always.iter_mut().chain(revisions).chain(pods) {
                if let Poll::Ready(ended) = running.as_mut().poll(context) {
                    return Poll::Ready(match ended {
                        Err(error) => error,
                        Ok(never) => match never {},
                    });
                }
            }
            Poll::Pending
        })
        .await
    }
}
