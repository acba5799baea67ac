// What the approval sheet is drawn from, and how its file is called.
#include <gmock/gmock.h>

#include "sedlink/core/text.hpp"
#include "world.hpp"

namespace sedlink::process::testing {
namespace {

using ::testing::HasSubstr;

Participant decided(const std::string& name, int round, Verdict verdict, Time at) {
  Participant p;
  p.person.name = name;
  p.stage = StageKind::approval;
  p.round = round;
  p.state = ParticipantState::done;
  p.verdict = verdict;
  p.decided_at = at;
  return p;
}

// The sheet of a run of two rounds whose file was signed in both of them.
class Sheet : public ::testing::Test {
 protected:
  Sheet() {
    w_.rules.zone = TimeZone::find("Europe/Moscow").value();
    w_.item.url = "https://portal/77";
    w_.see();
    w_.settle();
  }

  Deliver finish() {
    Snapshot s = World::ended(Outcome::approved);
    s.round = 2;
    s.participants = {decided("Петров", 1, Verdict::rejected, first_),
                      decided("Петров", 2, Verdict::approved, second_)};
    w_.snapshot(std::move(s));
    for (auto& e : w_.effects) {
      if (!std::holds_alternative<ListResults>(e.action)) continue;
      EffectSucceeded done;
      done.effect = e;
      ResultFile file;
      file.ref.id = w_.instance.files.front().edms_file;
      file.name = "contract.pdf";
      file.modified_at = first_ + std::chrono::hours(1);
      for (const Time at : {first_ + std::chrono::seconds(3), second_ - std::chrono::seconds(3)}) {
        SignatureInfo g;
        g.signer = "Петров";
        g.signed_at = at;
        g.thumbprint = text::base64_encode(std::string(20, '\x2a'));
        file.signatures.push_back(g);
      }
      ResultsListed listed;
      listed.results.files = {file};
      done.result = listed;
      w_.apply(done);
      break;
    }
    EffectSucceeded judged;
    judged.effect = w_.effects.back();
    judged.result = w_.result_of(judged.effect.action);
    w_.apply(judged);
    for (const auto& e : w_.effects)
      if (const auto* d = std::get_if<Deliver>(&e.action); d != nullptr && d->source == Deliver::Source::sheet)
        return *d;
    ADD_FAILURE() << "no sheet is delivered";
    return {};
  }

  World w_;
  Time first_ = w_.now + std::chrono::hours(2), second_ = w_.now + std::chrono::hours(20);
};

TEST_F(Sheet, names_the_card_the_organisation_the_sum_and_the_people) {
  const SheetData s = finish().sheet;
  EXPECT_EQ(s.card_title, "Поставка (dynamic:1036/77)");
  EXPECT_EQ(s.company, "ИНН 7701234567");
  EXPECT_EQ(s.sum, "150\u00A0000,00");
  EXPECT_EQ(s.initiator, "21");
  EXPECT_EQ(s.responsible, "14");
  EXPECT_EQ(s.document_link, "https://edms/d1");
  EXPECT_EQ(s.link, "https://edms/p1");
  EXPECT_EQ(s.time_zone, "UTC+03:00");
}

TEST_F(Sheet, writes_the_currency_of_the_card) {
  w_.item.fields["currencyId"] = Value("RUB");
  w_.see();
  EXPECT_EQ(finish().sheet.sum, "150\u00A0000,00\u00A0₽");
}

TEST_F(Sheet, shows_thumbprints_in_hex_and_tells_two_signatures_of_one_person_apart) {
  const SheetData s = finish().sheet;
  ASSERT_EQ(s.signatures.size(), 2u);
  EXPECT_EQ(s.signatures[0].thumbprint, std::string("2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A"));
  EXPECT_THAT(s.signatures[0].version, HasSubstr("круг 1"));
  EXPECT_THAT(s.signatures[0].version, HasSubstr("изменён после подписи"));
  EXPECT_THAT(s.signatures[1].version, HasSubstr("круг 2"));
  EXPECT_EQ(s.signatures[1].version.find("изменён"), std::string::npos);
}

TEST_F(Sheet, of_the_first_launch_has_no_number_in_its_name) {
  EXPECT_EQ(finish().name, "Лист согласования — Поставка.pdf");
}

TEST_F(Sheet, of_a_later_launch_has_its_number_in_its_name) {
  w_.instance.launch_no = 2;
  EXPECT_EQ(finish().name, "Лист согласования — Поставка (2).pdf");
}

TEST_F(Sheet, has_a_process_although_no_template_is_named) {
  auto named = std::make_shared<mapping::CompiledMapping>(*w_.mapping);
  named->process.template_name.clear();
  w_.mapping = named;
  w_.rules.mapping = named.get();
  EXPECT_EQ(finish().sheet.process_name, named->title);
}

}  // namespace
}  // namespace sedlink::process::testing
