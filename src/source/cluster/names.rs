//! Names for completion: only metadata, in pages, passed on as they arrive.

use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::Value;

use crate::source::SourceError;
use crate::source::names::{NameKind, Named};
use crate::source::needs::Resource;

use super::Cluster;
use super::expected::Expected;
use super::failure::Failure;
use super::on_wire::{ListMetadata, OnWire};
use super::pages::Pages;
use super::request::Request;
use super::transport::Transport;

/// As many as kubectl requests at a time: the first names arrive soon, and the API server's flow
/// control counts little for each list.
const PAGE: u32 = 500;

/// Objects without specification and status.
pub(super) const METADATA: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// The kind of a list of those.
pub(super) const METADATA_LIST: &str = "PartialObjectMetadataList";

/// The columns of `kubectl get`: what metadata doesn't have, and no more.
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

impl OnWire for Named {
    const ACCEPT: &str = METADATA;

    fn list_kind(_: &Expected) -> String {
        METADATA_LIST.to_owned()
    }

    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// A list as its columns.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Table {
    #[serde(default)]
    metadata: ListMetadata,
    #[serde(default)]
    column_definitions: Vec<Column>,
    #[serde(default)]
    rows: Option<Vec<Row>>,
}

#[derive(Deserialize)]
struct Column {
    name: String,
}

#[derive(Deserialize)]
struct Row {
    cells: Vec<Value>,
    /// Its metadata, unless it was asked for without.
    #[serde(default)]
    object: Option<Named>,
}

impl Table {
    fn column(&self, name: &str) -> Option<usize> {
        self.column_definitions.iter().position(|c| c.name == name)
    }
}

impl Cluster {
    /// The names of a kind, page by page until `take` stops: of the default namespace where the
    /// kind is namespaced, unless all namespaces are requested.
    ///
    /// # Errors
    /// [`SourceError::Cluster`] when they can't be read, or not completely.
    pub fn names(
        &self,
        kind: NameKind,
        everywhere: bool,
        take: &mut dyn FnMut(Vec<Named>) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let resource = Resource::from(kind);
        let namespace =
            (resource.is_namespaced() && !everywhere).then_some(self.namespace.as_str());
        let request = resource.list(namespace);
        if kind == NameKind::Revision {
            return self.tables(&request, &mut |table| take(revisions(table)));
        }
        self.answer(in_pages(&self.transport, &request, take))
    }

    /// The containers of a DaemonSet of the default namespace, each with its image.
    ///
    /// # Errors
    /// As [`Self::names`].
    pub fn containers(&self, name: &str) -> Result<Vec<(String, String)>, SourceError> {
        let request = Resource::DaemonSets
            .list(Some(&self.namespace))
            .fields(&[("metadata.name", name)])
            .with("includeObject", "None".to_owned());
        let mut found = Vec::new();
        self.tables(&request, &mut |table| {
            found.extend(containers(&table));
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// The columns of a list, page by page until `take` stops.
    fn tables(
        &self,
        request: &Request,
        take: &mut dyn FnMut(Table) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        self.answer(async {
            let mut pages = Pages::of(request, None);
            loop {
                let page = pages.request();
                let table: Table = self.transport.get_as(&page, TABLE, "Table").await?;
                let goes_on = self.transport.go_on(&mut pages, &table.metadata);
                if take(table).is_break() || !goes_on? {
                    return Ok(());
                }
            }
        })
    }

    fn answer<T>(
        &self,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, SourceError> {
        let Some(runtime) = &self.runtime else {
            return Err(SourceError::Cluster("error: not connected".to_owned()));
        };
        Ok(runtime.block_on(answer)?)
    }
}

/// The names of a list, page by page until `take` stops.
pub(super) async fn in_pages(
    transport: &Transport,
    request: &Request,
    take: &mut dyn FnMut(Vec<Named>) -> ControlFlow<()>,
) -> Result<(), Failure> {
    let mut pages = Pages::of(request, Some(PAGE));
    loop {
        let (names, metadata) = transport.page(&pages.request()).await?;
        if take(names).is_break() || !transport.go_on(&mut pages, &metadata)? {
            return Ok(());
        }
    }
}

fn revisions(table: Table) -> Vec<Named> {
    let number = table.column("Revision");
    let rows = table.rows.into_iter().flatten();
    let named = rows.filter_map(|row| {
        let cell = number.and_then(|n| row.cells.get(n));
        Some(Named {
            revision: cell.and_then(Value::as_i64),
            ..row.object?
        })
    });
    named.collect()
}

/// Cells list names and images in one order (`layoutContainerCells`, kubectl 1.37.1).
fn containers(table: &Table) -> Vec<(String, String)> {
    let row = table.rows.iter().flatten().next();
    let cell = |name: &str| {
        let cell = row?.cells.get(table.column(name)?)?;
        Some(cell.as_str()?.split(',').map(str::to_owned))
    };
    match (cell("Containers"), cell("Images")) {
        (Some(names), Some(images)) => names.zip(images).collect(),
        _ => Vec::new(),
    }
}
