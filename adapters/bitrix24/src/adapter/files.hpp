#pragma once
// Files into fields, folders and the timeline, and out of fields. Never overwrites what is there.
// Source: bitrix24 documentation, files (how-to-upload-files, how-to-update-files), disk.folder.uploadfile.
#include <map>
#include <set>

#include "adapter/effects.hpp"

namespace sedlink::bitrix24 {

class Files {
 public:
  Files(Portal& portal, Metadata& metadata, Reader& reader, Effects& effects, Folders& folders,
        const Settings& settings)
      : portal_(portal),
        metadata_(metadata),
        reader_(reader),
        effects_(effects),
        folders_(folders),
        settings_(settings) {}

  Task<SpooledFile> download(api::CallContext ctx, ItemRef item, std::string field, CrmFile file, std::string path);
  Task<std::string> prepare(api::CallContext ctx, FileTarget target);
  Task<api::Receipt> upload(api::CallContext ctx, FileTarget target, SpooledFile file);
  Task<std::optional<api::Receipt>> find(api::CallContext ctx, FileTarget target, SpooledFile file, std::string memo);

 private:
  struct Content {
    Content() = default;
    std::string name, sha256;
    std::uint64_t size = 0;
  };
  // What is known of a file once read: contents behind an id never change. Of a file larger than `most` bytes only that
  // it is: an empty sha256.
  Task<Content> content(api::CallContext ctx, std::string known_as, std::string url, std::uint64_t most);
  Task<std::vector<CrmFile>> field_files(api::CallContext ctx, FieldTarget target);
  // What prepare() read a moment ago, unless something was written there since; else read now.
  Task<std::vector<CrmFile>> prepared_files(api::CallContext ctx, FieldTarget target);
  Task<api::Receipt> into_field(api::CallContext ctx, FieldTarget target, SpooledFile file);
  Task<api::Receipt> into_timeline(api::CallContext ctx, TimelineTarget target, SpooledFile file);
  // A file too large for base64: onto the portal's disk, the timeline gets the link.
  Task<api::Receipt> link_in_timeline(api::CallContext ctx, TimelineTarget target, SpooledFile file);
  Task<api::Receipt> into_folder(api::CallContext ctx, FolderTarget target, SpooledFile file);
  // Where in the folder the file is (`id`), or under which free name it may go.
  struct Place {
    Place() = default;
    std::string id, free_name;
  };
  Task<Place> place(api::CallContext ctx, std::string folder, SpooledFile file);
  Task<std::string> send_to_folder(api::CallContext ctx, std::string folder, std::string name, SpooledFile file);
  Result<void> check_size(const SpooledFile& file, std::uint64_t most) const;
  std::shared_ptr<net::Concurrency> lock_of(const std::string& key);

  Portal& portal_;
  Metadata& metadata_;
  Reader& reader_;
  Effects& effects_;
  Folders& folders_;
  const Settings& settings_;
  std::map<std::string, Content> known_;
  struct Prepared {
    Prepared() = default;
    SteadyTime read_at{};
    std::vector<CrmFile> files;
  };
  std::map<std::string, Prepared> prepared_;  // by card and field
  std::set<std::string> taken_;               // names seen taken, with their folders: there we look before we send
  std::map<std::string, std::weak_ptr<net::Concurrency>> locks_;  // one writer per card or folder
};

}  // namespace sedlink::bitrix24
