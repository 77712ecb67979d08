//! A folder of pages, templates and texts.

use super::{
    Skip, Skipped,
    page::{Kind, Page},
};
use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

/// The longest file that is read: what is longer was made by a program.
pub(crate) const BYTES: u64 = 2_097_152;
/// Most files that are read.
pub(crate) const FILES: usize = 20_000;
/// How deep folders are followed.
const DEPTH: usize = 64;
/// Not written by the company: packages, version control, what is built.
const LEFT_OUT: [&str; 7] = ["node_modules", "bower_components", ".git", ".hg", ".svn", "target", ".cache"];

const MARKUP: [&str; 24] = [
    "html",
    "htm",
    "xhtml",
    "shtml",
    "php",
    "phtml",
    "twig",
    "liquid",
    "jsx",
    "tsx",
    "vue",
    "svelte",
    "astro",
    "md",
    "mdx",
    "hbs",
    "handlebars",
    "mustache",
    "ejs",
    "erb",
    "njk",
    "jinja",
    "j2",
    "tpl",
];
const SCRIPT: [&str; 5] = ["js", "mjs", "cjs", "ts", "mts"];
const STYLE: [&str; 4] = ["css", "scss", "sass", "less"];
const TEXT: [&str; 7] = ["txt", "json", "yml", "yaml", "toml", "xml", "svg"];

/// What a file is by its name, if it is looked into at all.
pub(crate) fn kind(name: &str) -> Option<Kind> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let of = |list: &[&str]| list.contains(&ending.as_str());
    match () {
        () if of(&MARKUP) => Some(Kind::Markup),
        () if of(&SCRIPT) => Some(Kind::Script),
        () if of(&STYLE) => Some(Kind::Style),
        () if of(&TEXT) => Some(Kind::Text),
        () => None,
    }
}

/// Reads a folder, or a single file, and hands each source on. Links are not followed, so no loop can be entered and
/// nothing outside is read; a link is told as left out only if it is a file that would have been read.
pub(crate) fn walk(
    root: &Path,
    skipped: &mut Vec<Skipped>,
    mut take: impl FnMut(Page),
) -> std::io::Result<usize> {
    let root = fs::canonicalize(root)?;
    let mut read = 0;
    let mut waiting = vec![(root.clone(), 0)];
    let mut first = true;
    while let Some((path, depth)) = waiting.pop() {
        let name = shown(&root, &path);
        let entries = match fs::symlink_metadata(&path) {
            Ok(about) if about.is_dir() => fs::read_dir(&path),
            Ok(about) if about.is_file() => {
                let Some(kind) = kind(&path.to_string_lossy()) else { continue };
                if read == FILES {
                    skipped.push(Skipped::of(&name, Skip::Many));
                    break;
                }
                match open(&path, &name, kind) {
                    Ok(page) => {
                        read += 1;
                        take(page);
                    }
                    Err(skip) => skipped.push(Skipped::of(&name, skip)),
                }
                first = false;
                continue;
            }
            Ok(about) => {
                if about.is_symlink() && kind(&path.to_string_lossy()).is_some() {
                    skipped.push(Skipped::of(&name, Skip::Link));
                }
                continue;
            }
            Err(error) => Err(error),
        };
        match entries {
            Ok(entries) if depth < DEPTH => {
                let mut inside: Vec<PathBuf> =
                    entries.flatten().map(|it| it.path()).filter(|it| wanted(it)).collect();
                inside.sort_unstable_by(|a, b| b.cmp(a));
                waiting.extend(inside.into_iter().map(|it| (it, depth + 1)));
            }
            Ok(_) => skipped.push(Skipped::of(&name, Skip::Deep)),
            Err(error) if first => return Err(error),
            Err(_) => skipped.push(Skipped::of(&name, Skip::Unreadable)),
        }
        first = false;
    }
    Ok(read)
}

fn wanted(path: &Path) -> bool {
    path.file_name().is_some_and(|name| !LEFT_OUT.iter().any(|it| name == *it))
}

/// The path from the root on, with slashes everywhere.
fn shown(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).ok().filter(|it| !it.as_os_str().is_empty());
    let inside = inside.or_else(|| path.file_name().map(Path::new)).unwrap_or(path);
    inside.components().map(|it| it.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn open(path: &Path, name: &str, kind: Kind) -> Result<Page, Skip> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|_| Skip::Unreadable)?;
    file.take(BYTES + 1).read_to_end(&mut bytes).map_err(|_| Skip::Unreadable)?;
    if bytes.len() as u64 > BYTES {
        return Err(Skip::Large);
    }
    if bytes.contains(&0) {
        return Err(Skip::Binary);
    }
    // Other encodings keep ASCII where it is, and all that is looked for is ASCII.
    Ok(Page::read(name.to_owned(), kind, String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("einwurf-doctor-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn file(&self, name: &str, content: &[u8]) -> &Self {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
            self
        }

        fn walked(&self) -> (Vec<String>, Vec<Skip>) {
            let (mut names, mut skipped) = (Vec::new(), Vec::new());
            let read = walk(&self.0, &mut skipped, |page| names.push(page.name)).unwrap();
            assert_eq!(read, names.len());
            (names, skipped.into_iter().map(|it| it.reason).collect())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_folder_is_read_in_order_without_what_others_wrote() {
        let folder = Folder::new("order");
        folder
            .file("b.php", b"x")
            .file("a/z.html", b"x")
            .file("a/.git/c.html", b"x")
            .file("node_modules/d.js", b"x");
        folder.file("photo.jpg", b"x").file("Makefile", b"x").file("e.CSS", b"x");
        assert_eq!(
            folder.walked(),
            (vec!["a/z.html".to_owned(), "b.php".to_owned(), "e.CSS".to_owned()], vec![])
        );
    }

    #[test]
    fn a_file_one_below_at_and_one_above_its_limit() {
        let length = usize::try_from(BYTES).unwrap();
        for (length, skipped) in [(length - 1, vec![]), (length, vec![]), (length + 1, vec![Skip::Large])] {
            let folder = Folder::new(&format!("size-{length}"));
            folder.file("a.html", &vec![b'a'; length]);
            assert_eq!(folder.walked().1, skipped, "{length}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_left_out_and_other_encodings_are_read() {
        let folder = Folder::new("bytes");
        folder.file("a.html", b"a\0b").file("b.html", b"M\xfcller");
        assert_eq!(folder.walked(), (vec!["b.html".to_owned()], vec![Skip::Binary]));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_no_way_out_and_no_way_round() {
        let outside = Folder::new("outside");
        outside.file("secret.html", b"x");
        let folder = Folder::new("links");
        folder.file("a.html", b"x");
        std::os::unix::fs::symlink(&folder.0, folder.0.join("round")).unwrap();
        std::os::unix::fs::symlink(outside.0.join("secret.html"), folder.0.join("out.html")).unwrap();
        assert_eq!(folder.walked(), (vec!["a.html".to_owned()], vec![Skip::Link]));
    }

    #[test]
    fn a_single_file_is_read_too_and_what_is_not_there_is_an_error() {
        let folder = Folder::new("single");
        folder.file("a.html", b"x");
        let mut names = Vec::new();
        walk(&folder.0.join("a.html"), &mut Vec::new(), |page| names.push(page.name)).unwrap();
        assert_eq!(names, ["a.html"]);
        assert!(walk(&folder.0.join("b.html"), &mut Vec::new(), |_| ()).is_err());
    }
}
