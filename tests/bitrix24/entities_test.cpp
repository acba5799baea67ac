// Every kind of card the mappings may name, against the portal simulator: the same promises for all of them.
#include "adapter/stage_watch.hpp"
#include "sim_port.hpp"

namespace sedlink::bitrix24::testing {
namespace {

struct Kind {
  std::string entity, first, second, failed;  // stages: two open ones, a failed one
  std::string category, prefix;               // of the first stage; of the user fields' REST names
  std::string binding;                        // how a task names the card
};

std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.entity; }

class EveryKind : public SimPort, public ::testing::WithParamInterface<Kind> {
 protected:
  // A card of the kind on its first stage, the sweep begun before it.
  ItemRef begin() {
    const auto page = sweep("");
    cursor_ = page.next_cursor;
    return ref(kind_.entity, create(kind_.entity, {{"stage", kind_.first}}));
  }
  api::SweepPage sweep(const std::string& cursor) {
    auto page = run(adapter().sweep(context(), kind_.entity, cursor));
    if (!page) throw std::runtime_error(describe(page.error()));
    return std::move(*page);
  }
  std::vector<std::string> swept(const ItemRef& card) {
    const auto page = sweep(cursor_);
    cursor_ = page.next_cursor;
    std::vector<std::string> stages;
    for (const auto& one : page.moves)
      if (one.item == card) stages.push_back(one.stage);
    return stages;
  }
  const Kind kind_ = GetParam();
  std::string cursor_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind,
                         ::testing::Values(Kind{"deal", "C9:APPROVAL", "C9:SIGNING", "C9:LOSE", "9", "ufCrm", "D_"},
                                           Kind{"lead", "NEW", "IN_PROCESS", "JUNK", "0", "ufCrm", "L_"},
                                           Kind{"quote", "DRAFT", "UC_APPROV", "DECLAINED", "0", "ufCrm", "Q_"},
                                           Kind{"smart-invoice", "DT31_5:N", "DT31_5:S", "DT31_5:D", "5",
                                                "ufCrmSmartInvoice", "SI_"},
                                           Kind{"dynamic:1036", "DT1036_10:APPROVAL", "DT1036_10:SIGNING",
                                                "DT1036_10:FAIL", "10", "ufCrm10", "T40c_"}));

TEST_P(EveryKind, is_read_with_its_stage_pipeline_meaning_and_time_of_the_last_move) {
  const auto card = begin();
  swept(card);  // a quote must have been seen somewhere before it can be seen elsewhere
  const auto before = clock_.now() - std::chrono::seconds(5);
  act({{"do", "move"}, {"item", to_string(card).substr(7)}, {"stage", kind_.failed}, {"user", 15}});
  const auto read = SimPort::read(card);
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read->stage, kind_.failed);
  EXPECT_EQ(read->category, kind_.category);
  EXPECT_EQ(read->semantics, StageSemantics::failure);
  EXPECT_EQ(read->title, "Поставка");
  EXPECT_EQ(read->moved_by, "15");
  EXPECT_GE(read->moved_at, before);
  EXPECT_NE(read->url.find("/" + card.id + "/"), std::string::npos);
}

TEST_P(EveryKind, is_moved_filled_in_commented_and_gets_tasks_and_notices) {
  const auto card = begin();
  CreateTask task;
  task.item = card;
  task.title = "Работа над ошибками";
  task.responsible_id = "14";
  task.checklist = {"Петров: нет печати"};
  const std::string status = kind_.prefix + "EdmsStatus";
  const auto done = apply({move(card, {kind_.first}, kind_.second), comment(card, "Этап СЭД", "1a2b3c4d-c"),
                           fields(card, {{status, Value("Подписание")}}), api::CrmEffect("task-key", task),
                           notice(card, "14", "Документ у вас", "notice-key")});
  for (const auto& one : done) ASSERT_TRUE(one) << describe(one.error());
  EXPECT_TRUE(done[0]->moved);
  ASSERT_TRUE(done[0]->moved_at);
  const auto row = item(card);
  EXPECT_EQ(sim::text_of(row, "stage"), kind_.second);
  EXPECT_EQ(sim::text_of(row.at("fields").as_object(), status), "Подписание");
  EXPECT_EQ(row.at("comments").as_array().size(), 1u);
  ASSERT_EQ(row.at("tasks").as_array().size(), 1u);
  EXPECT_EQ(sim::text_of(row.at("tasks").at(0).at("crm").at(0)), kind_.binding + card.id);
  // The loop guard compares this with what the next look says.
  const auto read = SimPort::read(card);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->moved_at, *done[0]->moved_at);
  EXPECT_EQ(read->moved_by, "9");
}

TEST_P(EveryKind, has_every_move_found_by_the_sweep_and_no_edit) {
  const auto card = begin();
  swept(card);
  act({{"do", "edit"}, {"item", to_string(card).substr(7)}, {"title", "Другое"}});
  act({{"do", "move"}, {"item", to_string(card).substr(7)}, {"stage", kind_.second}});
  const auto stages = swept(card);
  ASSERT_FALSE(stages.empty());
  EXPECT_EQ(stages.back(), kind_.second);
  connect();  // a restart: the cursor is all there is
  act({{"do", "move"}, {"item", to_string(card).substr(7)}, {"stage", kind_.failed}});
  const auto after = swept(card);
  ASSERT_FALSE(after.empty());
  EXPECT_EQ(after.back(), kind_.failed);
}

TEST_P(EveryKind, is_not_found_when_deleted_or_merged) {
  const auto card = begin(), other = ref(kind_.entity, create(kind_.entity)),
             third = ref(kind_.entity, create(kind_.entity));
  act({{"do", "merge"}, {"item", to_string(card).substr(7)}, {"into", to_string(other).substr(7)}});
  act({{"do", "delete"}, {"item", to_string(third).substr(7)}});
  for (const auto& gone : {card, third}) {
    const auto read = SimPort::read(gone);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().fault, Fault::not_found);
    EXPECT_EQ(read.error().code, "crm.item");
    const auto done = apply(
        {move(gone, {kind_.first}, kind_.second), comment(gone, "т", "k"), fields(gone, {{"title", Value("т")}})});
    for (const auto& one : done) {
      ASSERT_FALSE(one);
      EXPECT_EQ(one.error().code, "crm.item") << describe(one.error());
    }
  }
  EXPECT_TRUE(SimPort::read(other));
}

TEST_P(EveryKind, is_listed_by_stage) {
  const auto card = begin();
  create(kind_.entity, {{"stage", kind_.second}});
  const auto standing = run(adapter().list_on_stage(context(), kind_.entity, kind_.category, kind_.first, 10));
  ASSERT_TRUE(standing) << describe(standing.error());
  ASSERT_EQ(standing->size(), 1u);
  EXPECT_EQ(standing->front(), card);
}

TEST_P(EveryKind, takes_files_into_single_and_multiple_fields_and_the_timeline) {
  const auto card = begin();
  FieldTarget signed_files;
  signed_files.item = card;
  signed_files.field = kind_.prefix + "Signed";
  FieldTarget sheet = signed_files;
  sheet.field = kind_.prefix + "Sheet";
  TimelineTarget timeline;
  timeline.item = card;
  timeline.text = "Подписано";
  for (const auto& [target, name] : std::initializer_list<std::pair<FileTarget, const char*>>{
           {signed_files, "a.pdf"}, {signed_files, "b.pdf"}, {sheet, "sheet.pdf"}, {timeline, "a.pdf"}}) {
    const auto file = spool(name, std::string("content of ") + name);
    const auto done = run(adapter().upload(context("1a2b3c4d-0000"), target, file, ""));
    ASSERT_TRUE(done) << name << describe(done.error());
  }
  const auto row = item(card);
  EXPECT_EQ(row.at("files").as_array().size(), 3u);
  EXPECT_EQ(row.at("comments").at(0).at("files").as_array().size(), 1u);
  const auto read = SimPort::read(card);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->fields.at(signed_files.field).files().size(), 2u);
  EXPECT_EQ(read->fields.at(sheet.field).files().size(), 1u);
}

TEST_P(EveryKind, is_named_in_the_catalog_with_its_stages_and_fields) {
  const auto catalog = run(adapter().discover(context(), {kind_.entity}));
  ASSERT_TRUE(catalog) << describe(catalog.error());
  const auto has = [&](const char* what, const std::string& id) {
    return std::any_of(catalog->begin(), catalog->end(),
                       [&](const auto& one) { return one.kind == what && one.id == id; });
  };
  for (const auto& stage : {kind_.first, kind_.second, kind_.failed}) EXPECT_TRUE(has("stage", stage)) << stage;
  EXPECT_TRUE(has("field", kind_.prefix + "EdmsStatus"));
  EXPECT_TRUE(has("entity", kind_.entity));
  const auto titles = adapter().field_titles();
  ASSERT_TRUE(titles && titles->contains(kind_.entity));
  for (const auto& one : *catalog)
    if (one.kind == "field" && one.id == kind_.prefix + "EdmsStatus") {
      EXPECT_FALSE(one.name.empty());
      EXPECT_EQ(titles->at(kind_.entity).at(one.id), one.name);
    }
}

// ---- what quotes alone need: the portal does not say when they moved
// -------------------------------------------------

class Quotes : public SimPort {
 protected:
  api::SweepPage sweep(const std::string& cursor) {
    auto page = run(adapter().sweep(context(), "quote", cursor));
    if (!page) throw std::runtime_error(describe(page.error()));
    return std::move(*page);
  }
};

TEST_F(Quotes, are_not_read_before_the_first_sweep) {
  const auto card = ref("quote", create("quote"));
  const auto early = read(card);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().fault, Fault::transient);
  sweep("");
  EXPECT_TRUE(read(card));
}

TEST_F(Quotes, of_the_archive_keep_the_time_of_their_creation_when_they_are_only_edited) {
  start(R"(
items: [ { entity: quote, id: 5, title: Старое, stage: DRAFT }, { entity: quote, id: 6, title: Принято, stage: APPROVED } ]
)");
  const auto open = ref("quote", 5), ended = ref("quote", 6);
  const auto cursor = sweep("").next_cursor;
  const auto created = read(open)->moved_at;
  for (int second = 0; second < 2; ++second) {
    act({{"do", "edit"}, {"item", "quote/5"}, {"title", "Правка " + std::to_string(second)}});
    act({{"do", "edit"}, {"item", "quote/6"}, {"title", "Правка " + std::to_string(second)}});
  }
  EXPECT_EQ(read(open)->moved_at, created);
  EXPECT_LE(read(ended)->moved_at, read(open)->updated_at);
  connect();
  EXPECT_TRUE(sweep(cursor).moves.empty());
  EXPECT_EQ(read(open)->moved_at, created);
}

TEST_F(Quotes, keep_the_time_of_their_move_across_edits_and_restarts) {
  const auto card = ref("quote", create("quote"));
  auto cursor = sweep("").next_cursor;
  act({{"do", "move"}, {"item", "quote/" + card.id}, {"stage", "UC_APPROV"}, {"user", 15}});
  const auto page = sweep(cursor);
  ASSERT_EQ(page.moves.size(), 1u);
  EXPECT_EQ(page.moves[0].stage, "UC_APPROV");
  const auto moved_at = read(card)->moved_at;
  EXPECT_EQ(page.moves[0].at, moved_at);
  act({{"do", "edit"}, {"item", "quote/" + card.id}, {"title", "Правка"}, {"user", 14}});
  connect();
  sweep(page.next_cursor);
  const auto later = read(card);
  EXPECT_EQ(later->moved_at, moved_at);
  EXPECT_EQ(later->moved_by, "15");
}

TEST(Watching, cards_made_since_the_watch_began_have_moved_even_when_they_are_first_seen_at_their_end) {
  StageWatch watch;
  watch.set_begun(*parse_iso8601("2026-05-14T10:00:00Z"));
  const auto raw = [](int id) { return sim::json::value{{"id", id}, {"stageId", "APPROVED"}, {"updatedBy", 15}}; };
  const Time later = *parse_iso8601("2026-05-14T11:00:00Z"), earlier = *parse_iso8601("2026-05-14T09:00:00Z");
  EXPECT_TRUE(watch.look(raw(1), false, later, later));
  EXPECT_EQ(watch.find("1")->by, "15");
  EXPECT_FALSE(watch.look(raw(2), false, later, earlier));
  EXPECT_EQ(watch.find("2")->at, earlier);
  StageWatch again;
  ASSERT_TRUE(again.load(watch.save(later)));
  EXPECT_EQ(again.find("1")->at, later);
  EXPECT_TRUE(again.look(raw(3), false, later, later)) << "the beginning is kept too";
}

TEST_F(Quotes, beyond_one_page_are_all_known) {
  start();
  for (int i = 0; i < 130; ++i) create("quote", {{"title", "Предложение " + std::to_string(i)}});
  const auto before = requests();
  const auto cursor = sweep("").next_cursor;
  EXPECT_LE(requests() - before, 4);  // a list, a batch of further pages, the stages
  for (int id : {1, 60, 130}) act({{"do", "move"}, {"item", "quote/" + std::to_string(id)}, {"stage", "SENT"}});
  EXPECT_EQ(sweep(cursor).moves.size(), 3u);
}

TEST_F(Quotes, with_a_cursor_that_cannot_be_read_are_a_defect_that_names_it) {
  const auto page = run(adapter().sweep(context(), "quote", "1234 мусор"));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, "crm.cursor");
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
