//! The local file system as an object store whose files are on disk when a write returns.
//!
//! `object_store` leaves that to the operating system, and names a file before what is in it is on disk. Here a file is
//! written under another name, synced, renamed, and its directories are synced: whatever is cut off when, a name has all of
//! its content, and a file is safe before the next is begun. A journal segment is deleted once the table has its rows, so they must be
//! safe by then; and a commit or checkpoint that were half there would keep the table from being opened.

use std::{
    fmt,
    fs::File,
    io,
    ops::Range,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use deltalake::logstore::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, RenameTargetMode, Result,
    UploadPart, local::LocalFileSystem, path::Path,
};
use futures::stream::BoxStream;

/// What the name of a file ends with until it has its own.
pub(super) const UNNAMED: &str = ".new";

/// The whole local file system: Delta Lake asks for the root, and finds its table by the table's address.
#[derive(Debug, Default)]
pub(crate) struct DurableStore {
    files: LocalFileSystem,
    next: AtomicU64,
}

impl DurableStore {
    /// Where a file is written that shall be at `location`.
    fn unnamed(&self, location: &Path) -> Path {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Path::from(format!("{location}.{number}{UNNAMED}"))
    }

    /// Gives a file that was written its name, when it is on disk.
    async fn name(files: &LocalFileSystem, unnamed: &Path, location: &Path, mode: RenameTargetMode) -> Result<()> {
        let named = async {
            sync(vec![files.path_to_filesystem(unnamed)?]).await?;
            files.rename_opts(unnamed, location, RenameOptions::new().with_target_mode(mode)).await
        };
        if let Err(error) = named.await {
            // It takes room that is perhaps short; what went wrong first says more.
            let _ = files.delete(unnamed).await;
            return Err(error);
        }
        sync_directories(files.path_to_filesystem(location)?).await
    }
}

/// Syncs the directories that a write may have made for a file: its own and the one above.
async fn sync_directories(path: PathBuf) -> Result<()> {
    sync(path.ancestors().skip(1).take(2).map(PathBuf::from).collect()).await
}

async fn sync(paths: Vec<PathBuf>) -> Result<()> {
    let synced = tokio::task::spawn_blocking(move || -> io::Result<()> {
        paths.iter().try_for_each(|path| File::open(path)?.sync_all())
    });
    let generic = |source| Error::Generic { store: "LocalFileSystem", source };
    synced.await?.map_err(|error| generic(error.into()))
}

impl fmt::Display for DurableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Durable{}", self.files)
    }
}

#[async_trait]
impl ObjectStore for DurableStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let mode = match &options.mode {
            PutMode::Overwrite => RenameTargetMode::Overwrite,
            PutMode::Create => RenameTargetMode::Create,
            // The file system knows no such thing, and says so.
            PutMode::Update(_) => return self.files.put_opts(location, payload, options).await,
        };
        let unnamed = self.unnamed(location);
        let result = self.files.put_opts(&unnamed, payload, PutOptions { mode: PutMode::Overwrite, ..options }).await?;
        Self::name(&self.files, &unnamed, location, mode).await?;
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let unnamed = self.unnamed(location);
        let upload = self.files.put_multipart_opts(&unnamed, options).await?;
        Ok(Box::new(DurableUpload { upload, files: self.files.clone(), unnamed, location: location.clone() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.files.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await?;
        let path = self.files.path_to_filesystem(to)?;
        sync(vec![path.clone()]).await?;
        sync_directories(path).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.files.rename_opts(from, to, options).await?;
        let path = self.files.path_to_filesystem(to)?;
        sync(vec![path.clone()]).await?;
        sync_directories(path).await
    }
}

#[derive(Debug)]
struct DurableUpload {
    upload: Box<dyn MultipartUpload>,
    files: LocalFileSystem,
    unnamed: Path,
    location: Path,
}

#[async_trait]
impl MultipartUpload for DurableUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let result = self.upload.complete().await?;
        DurableStore::name(&self.files, &self.unnamed, &self.location, RenameTargetMode::Overwrite).await?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[tokio::test]
    async fn a_file_has_its_name_only_when_it_is_whole_and_a_name_that_is_taken_stays_so() {
        let dir = tempfile::tempdir().unwrap();
        let (store, file) = (DurableStore::default(), dir.path().join("log").join("1.json"));
        let location = Path::from_absolute_path(&file).unwrap();
        let create = || PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        store.put_opts(&location, "first".into(), create()).await.unwrap();
        let taken = store.put_opts(&location, "second".into(), create()).await.unwrap_err();
        assert!(matches!(taken, Error::AlreadyExists { .. }), "{taken}");
        assert_eq!(std::fs::read(&file).unwrap(), b"first");
        store.put(&location, "third".into()).await.unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"third");

        let mut upload = store.put_multipart(&location).await.unwrap();
        upload.put_part("fourth".into()).await.unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"third");
        upload.complete().await.unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"fourth");
        let names = std::fs::read_dir(dir.path().join("log")).unwrap().count();
        assert_eq!(names, 1, "nothing else is left");
    }
}
