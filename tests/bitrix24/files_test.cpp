#include <fstream>
#include <sstream>

#include "scripted_portal.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::bitrix24::testing {
namespace {

// A card whose file fields live in `fields_`, and a disk folder 42.
class Files : public PortTest {
 protected:
  struct Stored {
    int id;
    std::string name, content;
  };
  Files() {
    script_metadata();
    portal_.on("crm.item.get", [this](const Asked&) { return Reply(json::object{{"item", item()}}); });
    portal_.on("crm.item.update", [this](const Asked& asked) {
      for (const auto& pair : asked.params.at("fields").as_object()) take(std::string(pair.key()), pair.value());
      if (lose_answer_) return Reply::refusal("INTERNAL_SERVER_ERROR");
      return Reply(json::object{{"item", item()}});
    });
    portal_.before = [this](const std::string& path, const std::string& body) { return raw(path, body); };
  }

  json::object item() {
    auto out = card(77, "DT1036_10:NEW");
    for (const auto& [field, files] : fields_) {
      json::array list;
      for (const auto& f : files)
        list.push_back(json::object{
            {"id", f.id},
            {"url", "https://p/browser"},
            {"urlMachine", portal_.origin() + "/file/" + std::to_string(f.id) + "?v=" + std::to_string(link_)}});
      if (field == "ufCrm10Contract")
        out[field] = list.empty() ? json::value(nullptr) : list[0];
      else
        out[field] = list;
    }
    return out;
  }
  void take(const std::string& field, const json::value& value) {
    auto& files = fields_[field];
    std::vector<Stored> now;
    const auto add = [&](const json::value& v) {
      if (v.is_object()) {
        for (const auto& f : files)
          if (std::to_string(f.id) == std::to_string(v.as_object().at("id").as_int64())) now.push_back(f);
      } else {
        now.push_back({next_id_++, wire::text(v.as_array()[0]), *text::base64_decode(wire::text(v.as_array()[1]))});
      }
    };
    if (field == "ufCrm10Contract")
      add(value);
    else
      for (const auto& v : value.as_array()) add(v);
    files = now;
  }
  std::optional<net::ServerResponse> raw(const std::string& path, const std::string& body) {
    if (path == "/upload") {
      uploaded_ = body;
      for (const auto& f : disk_)
        if (f.name == wanted_name_)
          return net::ServerResponse(400, "application/json",
                                     R"({"error":")" + taken_code_ + R"(","error_description":"Имя занято"})");
      const auto from = body.find("\r\n\r\n") + 4, to = body.rfind("\r\n--");
      disk_.push_back({next_id_++, wanted_name_, body.substr(from, to - from)});
      return net::ServerResponse(
          200, "application/json",
          R"({"result":{"ID":)" + std::to_string(disk_.back().id) + R"(,"SIZE":"1"},"time":{}})");
    }
    if (!path.starts_with("/file/")) return std::nullopt;
    if (path.find("?v=" + std::to_string(link_)) == std::string::npos)
      return net::ServerResponse(stale_status_, "text/html", "<html>");
    const int id = std::stoi(path.substr(6));
    for (const auto& [field, files] : fields_)
      for (const auto& f : files)
        if (f.id == id) return file(f);
    for (const auto& f : disk_)
      if (f.id == id) return file(f);
    return net::ServerResponse(404, "text/html", "");
  }
  static net::ServerResponse file(const Stored& f) {
    net::ServerResponse response(200, "application/octet-stream", f.content);
    response.headers.add("Content-Disposition", "attachment; filename*=UTF-8''" + text::url_encode(f.name));
    return response;
  }
  void script_disk() {
    portal_.on("disk.folder.getchildren", [this](const Asked& asked) {
      json::array rows;
      for (const auto& f : disk_)
        if (f.name == asked.text({"filter", "NAME"}))
          rows.push_back(json::object{{"ID", std::to_string(f.id)},
                                      {"NAME", f.name},
                                      {"TYPE", "file"},
                                      {"SIZE", std::to_string(f.content.size())}});
      return Reply(rows);
    });
    portal_.on("disk.file.get", [this](const Asked& asked) {
      return Reply(json::object{
          {"ID", asked.text({"id"})},
          {"DOWNLOAD_URL", portal_.origin() + "/file/" + asked.text({"id"}) + "?v=" + std::to_string(link_)}});
    });
    portal_.on("disk.folder.uploadfile", [this](const Asked& asked) {
      wanted_name_ = asked.text({"data", "NAME"});
      return Reply(json::object{{"field", "file"}, {"uploadUrl", portal_.origin() + "/upload"}});
    });
  }
  static FileTarget field(const std::string& name) {
    FieldTarget target;
    target.item = ItemRef{"portal", "dynamic:1036", "77"};
    target.field = name;
    return target;
  }
  static FileTarget folder() {
    FolderTarget target;
    target.folder_id = "42";
    return target;
  }
  Result<api::Receipt> upload(FileTarget target, const SpooledFile& file, const std::string& memo = "") {
    return run(adapter_->upload(context("1a2b3c4d-0000-5000-8000-000000000000"), std::move(target), file, memo));
  }
  std::string downloaded(const SpooledFile& file) {
    std::ifstream in(file.path, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }

  std::map<std::string, std::vector<Stored>> fields_;
  std::vector<Stored> disk_;
  int next_id_ = 500, link_ = 1, stale_status_ = 403;
  bool lose_answer_ = false;
  std::string taken_code_ = "DISK_OBJ_22000";  // how this portal says that a name is taken
  std::string uploaded_, wanted_name_;
};

TEST_F(Files, a_file_is_streamed_out_with_its_name_size_and_hash) {
  const std::string content(300'000, 'x');
  fields_["ufCrm10Contract"] = {{1, "Договор №1.pdf", content}};
  CrmFile file;
  file.id = "1";
  file.url = portal_.origin() + "/file/1?v=1";
  const auto got = run(adapter_->download(context(), item_, "ufCrm10Contract", file, (temp_ / "out").string()));
  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(got->name, "Договор №1.pdf");
  EXPECT_EQ(got->size, content.size());
  EXPECT_EQ(got->sha256, sha256_hex(content));
  EXPECT_EQ(downloaded(*got), content);
}

TEST_F(Files, a_stale_link_is_renewed_from_the_card) {
  fields_["ufCrm10Contract"] = {{1, "a.pdf", "content"}};
  for (const int status : {401, 403, 404}) {
    stale_status_ = status;
    CrmFile file;
    file.id = "1";
    file.url = portal_.origin() + "/file/1?v=old";
    const auto got = run(adapter_->download(context(), item_, "ufCrm10Contract", file, (temp_ / "out").string()));
    ASSERT_TRUE(got) << status << " " << describe(got.error());
    EXPECT_EQ(downloaded(*got), "content");
  }
}

TEST_F(Files, a_file_that_left_the_field_is_not_found) {
  fields_["ufCrm10Contract"] = {{2, "b.pdf", "other"}};
  CrmFile file;
  file.id = "1";
  const auto got = run(adapter_->download(context(), item_, "ufCrm10Contract", file, (temp_ / "out").string()));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::not_found);
  EXPECT_EQ(got.error().code, "crm.file");
}

TEST_F(Files, a_file_over_the_limit_is_refused_in_words) {
  connect({{"limits.file", "10 KB"}});
  fields_["ufCrm10Contract"] = {{1, "a.pdf", std::string(20'000, 'x')}};
  CrmFile file;
  file.id = "1";
  file.url = portal_.origin() + "/file/1?v=1";
  const auto got = run(adapter_->download(context(), item_, "ufCrm10Contract", file, (temp_ / "out").string()));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, "crm.file_too_large");
}

TEST_F(Files, a_new_file_keeps_the_others_of_a_multiple_field) {
  fields_["ufCrm10Signed"] = {{12, "old.pdf", "old"}, {13, "older.pdf", "older"}};
  const std::string content("%PDF\0binary\xff", 12);
  const auto done = upload(field("ufCrm10Signed"), spool("Подписан.pdf", content));
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_FALSE(done->already_there);
  const auto& files = fields_["ufCrm10Signed"];
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].id, 12);
  EXPECT_EQ(files[1].id, 13);
  EXPECT_EQ(std::to_string(files[2].id), done->id);
  EXPECT_EQ(files[2].name, "Подписан.pdf");
  EXPECT_EQ(files[2].content, content);
  EXPECT_EQ(portal_.asked_for("crm.item.update").at(0).batch, 0);
}

TEST_F(Files, the_same_file_is_there_already) {
  fields_["ufCrm10Signed"] = {{12, "a.pdf", "same"}};
  const auto done = upload(field("ufCrm10Signed"), spool("a.pdf", "same"));
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->already_there);
  EXPECT_EQ(done->id, "12");
  EXPECT_TRUE(portal_.asked_for("crm.item.update").empty());
}

TEST_F(Files, a_file_of_the_field_above_every_limit_does_not_stand_in_the_way_of_ours) {
  connect({{"limits.file", "10 KB"}});
  fields_["ufCrm10Signed"] = {{12, "huge.pdf", std::string(500'000, 'x')}};
  const auto done = upload(field("ufCrm10Signed"), spool("a.pdf", "ours"));
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_FALSE(done->already_there);
  EXPECT_EQ(fields_["ufCrm10Signed"].size(), 2u);
}

TEST_F(Files, a_single_field_with_another_file_is_not_overwritten_unless_told_so) {
  fields_["ufCrm10Contract"] = {{1, "theirs.pdf", "theirs"}};
  const auto refused = upload(field("ufCrm10Contract"), spool("ours.pdf", "ours"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "crm.field_occupied");
  connect({{"single_file_field", "replace"}});
  const auto done = upload(field("ufCrm10Contract"), spool("ours.pdf", "ours"));
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(fields_["ufCrm10Contract"].at(0).content, "ours");
}

TEST_F(Files, a_doubtful_write_into_a_field_is_found_by_a_new_id_with_its_hash) {
  fields_["ufCrm10Signed"] = {{12, "a.pdf", "ours"}};
  const auto file = spool("b.pdf", "ours too");
  const auto memo = run(adapter_->prepare_upload(context(), field("ufCrm10Signed")));
  ASSERT_TRUE(memo);
  const auto nothing = run(adapter_->find_upload(context(), field("ufCrm10Signed"), file, *memo));
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
  lose_answer_ = true;
  const auto lost = upload(field("ufCrm10Signed"), file, *memo);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().fault, Fault::ambiguous);
  const auto found = run(adapter_->find_upload(context(), field("ufCrm10Signed"), file, *memo));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, "500");
}

TEST_F(Files, a_large_file_does_not_travel_as_base64) {
  connect({{"limits.inline_file", "1 KB"}});
  const auto refused = upload(field("ufCrm10Signed"), spool("big.pdf", std::string(2000, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "crm.file_too_large");
  EXPECT_NE(refused.error().message.find("big.pdf"), std::string::npos);
}

TEST_F(Files, a_folder_gets_the_file_by_the_two_step_upload) {
  script_disk();
  const std::string content("binary\0\r\n--x", 12);
  const auto done = upload(folder(), spool("Договор.pdf", content));
  ASSERT_TRUE(done) << describe(done.error());
  ASSERT_EQ(disk_.size(), 1u);
  EXPECT_EQ(disk_[0].name, "Договор.pdf");
  EXPECT_EQ(disk_[0].content, content);
  EXPECT_NE(uploaded_.find("name=\"file\""), std::string::npos);
  const auto found = run(adapter_->find_upload(context(), folder(), spool("Договор.pdf", content), ""));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, done->id);
}

TEST_F(Files, a_name_taken_by_other_content_gets_a_number) {
  script_disk();
  disk_ = {{1, "a.pdf", "other"}, {2, "a (2).pdf", "ours!"}};
  const auto done = upload(folder(), spool("a.pdf", "mine!"));
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(disk_.back().name, "a (3).pdf");
  const auto same = upload(folder(), spool("a.pdf", "ours!"));
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->already_there);
  EXPECT_EQ(same->id, "2");
}

TEST_F(Files, a_name_refused_with_an_unknown_code_is_looked_at) {
  script_disk();
  taken_code_ = "ERROR_COULD_NOT_SAVE_FILE";
  disk_ = {{1, "a.pdf", "other"}};
  const auto done = upload(folder(), spool("a.pdf", "mine!"));
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(disk_.back().name, "a (2).pdf");
}

TEST_F(Files, a_free_name_is_not_looked_up_before) {
  script_disk();
  ASSERT_TRUE(upload(folder(), spool("a.pdf", "mine!")));
  EXPECT_TRUE(portal_.asked_for("disk.folder.getchildren").empty());
  ASSERT_TRUE(upload(folder(), spool("a.pdf", "other")));
  const auto looked = portal_.asked_for("disk.folder.getchildren").size();
  const auto offered = portal_.asked_for("disk.folder.uploadfile").size();
  ASSERT_TRUE(upload(folder(), spool("a.pdf", "third")));
  EXPECT_GT(portal_.asked_for("disk.folder.getchildren").size(), looked);
  EXPECT_EQ(portal_.asked_for("disk.folder.uploadfile").size(), offered + 1)
      << "a name known as taken is looked at first";
}

TEST_F(Files, the_timeline_gets_a_comment_with_the_file_and_our_mark) {
  portal_.on("crm.timeline.comment.add", [](const Asked&) { return Reply(json::value(999)); });
  portal_.on("crm.timeline.comment.list", [](const Asked&) {
    return Reply(json::array{json::object{{"ID", "999"}, {"COMMENT", "Подписано\n[sl:1a2b3c4d]"}}});
  });
  TimelineTarget target;
  target.item = item_;
  target.text = "Подписано";
  const auto file = spool("a.pdf", "content");
  const auto done = upload(target, file);
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(done->id, "999");
  const auto asked = portal_.asked_for("crm.timeline.comment.add").at(0);
  EXPECT_EQ(asked.text({"fields", "COMMENT"}), "Подписано\n[sl:1a2b3c4d]");
  EXPECT_EQ(asked.text({"fields", "FILES", "0", "0"}), "a.pdf");
  EXPECT_EQ(asked.text({"fields", "FILES", "0", "1"}), text::base64_encode("content"));
  const auto found = run(adapter_->find_upload(context("1a2b3c4d-0000-5000-8000-000000000000"), target, file, ""));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, "999");
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
