// signing: profiles of signed requests, and the keys of a connection that choose among them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "draft.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

using std::string_view;

struct Profile {
  SigningProfile out;
  Draft* draft = nullptr;
  bool attached_given = false;
};

template <std::string SigningProfile::*Member>
void read_word(Reader& r, const YamlNode& node, Profile& p) {
  if (const auto text = r.text(node)) p.out.*Member = *text;
}

template <std::string SigningProfile::*Reference, Secret SigningProfile::*Member, bool Bytes>
void read_reference(Reader& r, const YamlNode& node, Profile& p) {
  p.out.*Reference = node.text;
  if (auto secret = read_secret(r, node, r.path(), Bytes, *p.draft)) p.out.*Member = std::move(*secret);
}

void read_files(Reader& r, const YamlNode& node, Profile& p, std::vector<std::filesystem::path>& out) {
  if (node.kind == YamlNode::Kind::scalar) {
    if (const auto file = read_existing_file(r, node, *p.draft)) out.push_back(*file);
    return;
  }
  if (!r.is_list(node)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Reader::Step step(r, i, node.items[i].range);
    if (const auto file = read_existing_file(r, node.items[i], *p.draft)) out.push_back(*file);
  }
}

std::vector<std::string> read_words(Reader& r, const YamlNode& node) {
  std::vector<std::string> out;
  if (!r.is_list(node)) return out;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Reader::Step step(r, i, node.items[i].range);
    if (const auto word = r.text(node.items[i])) out.push_back(*word);
  }
  return out;
}

// ---- carriage -------------------------------------------------------------------------------------------------------

using Kind = Carriage::Kind;

void choose(Reader& r, const YamlNode& node, Profile& p, Kind kind) {
  if (p.out.carriage.kind != Kind::none)
    r.error(node.range, "value", "подпись едет одним способом, а названы два",
            "оставьте одно из: header, body, part, json, form, sidecar, xml");
  p.out.carriage.kind = kind;
}

template <Kind Way>
void read_way(Reader& r, const YamlNode& node, Profile& p) {
  const auto text = r.text(node);
  if (!text) return;
  choose(r, node, p, Way);
  p.out.carriage.name = *text;
  if ((Way == Kind::json || Way == Kind::sidecar) && text->front() != (Way == Kind::json ? '/' : '.'))
    r.error(
        node.range, "value", fmt::format("«{}» здесь не подходит", *text),
        Way == Kind::json ? "место в JSON пишут указателем: /data или /sign/0/value" : "пишут окончание имени: .sig");
  const bool token =
      text->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == std::string::npos;
  if (Way == Kind::header && !token)
    r.error(node.range, "value", fmt::format("«{}» не имя заголовка", *text), "например X-Signature");
}

template <std::string Carriage::*Member>
void read_detail(Reader& r, const YamlNode& node, Profile& p) {
  if (const auto text = r.text(node)) p.out.carriage.*Member = *text;
}

template <bool Carriage::*Member>
void read_switch(Reader& r, const YamlNode& node, Profile& p) {
  if (const auto on = r.boolean(node)) p.out.carriage.*Member = *on;
}

constexpr std::array<string_view, 1> body_words{"attached"};
constexpr std::array<string_view, 2> signed_as_words{"text", "base64"};
constexpr std::array<string_view, 2> order_words{"before", "after"};

constexpr std::array<Key<Profile>, 17> carriage_table{{
    {{"header", types::text, Need::optional, "имя заголовка запроса: X-Signature; подпись в base64 одной строкой"},
     read_way<Kind::header>},
    {{"header_limit", types::size, Need::optional,
      "header: предел длины значения; по умолчанию 8 KB, больше многие серверы не берут"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto size = r.size(node)) p.out.carriage.header_limit = *size;
     }},
    {{"body",
      {"attached", R"({"enum":["attached"]})"},
      Need::optional,
      "телом становится присоединённая подпись: само тело внутри неё"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (r.choice(node, body_words)) choose(r, node, p, Kind::body);
     }},
    {{"part", types::text, Need::optional, "имя части multipart/form-data с подписью: sign"}, read_way<Kind::part>},
    {{"content_part", types::text, Need::optional, "part: имя части с самим телом; по умолчанию content"},
     read_detail<&Carriage::content_part>},
    {{"content_file", types::text, Need::optional, "part: имя файла части с телом"},
     read_detail<&Carriage::content_file>},
    {{"signature_file", types::text, Need::optional, "part: имя файла части с подписью"},
     read_detail<&Carriage::signature_file>},
    {{"fields",
      {"раздел: имя → текст", R"({"type":"object"})"},
      Need::optional,
      "part: ещё поля формы; {id} заменяется ключом вызова, одним и тем же при повторе"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (!r.is_section(node)) return;
       for (const auto& [key, value] : node.entries) {
         const Reader::Step step(r, key, value);
         if (const auto text = r.text(value)) p.out.carriage.fields[key.text] = *text;
       }
     }},
    {{"json", types::text, Need::optional, "место подписи в теле JSON, указателем: /data; base64 одной строкой"},
     read_way<Kind::json>},
    {{"signed", types::scalar, Need::optional,
      "json: указатель на строку, которую подписывают, по умолчанию то же место; form: список полей, значения которых "
      "подписывают подряд, по умолчанию всё тело"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (node.kind == YamlNode::Kind::sequence) {
         p.out.carriage.signed_fields = read_words(r, node);
       } else if (const auto text = r.text(node)) {
         p.out.carriage.signed_json = *text;
         if (text->front() != '/')
           r.error(node.range, "value", fmt::format("«{}» не указатель в JSON", *text), "например /data");
       }
     }},
    {{"signed_as",
      {"text или base64", R"({"enum":["text","base64"]})"},
      Need::optional,
      "json: подписывают саму строку (text, по умолчанию) или байты, которые она несёт в base64"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto i = r.choice(node, signed_as_words)) p.out.carriage.signed_base64 = *i == 1;
     }},
    {{"form", types::text, Need::optional,
      "поле формы (у GET — параметр адреса): client_secret; base64url одной строкой без «=»"},
     read_way<Kind::form>},
    {{"padding", types::boolean, Need::optional, "form: оставить «=» в конце base64url"},
     read_switch<&Carriage::padding>},
    {{"sidecar", types::text, Need::optional, "отдельный запрос с файлом подписи: к пути добавляется .sig"},
     read_way<Kind::sidecar>},
    {{"order",
      {"before или after", R"({"enum":["before","after"]})"},
      Need::optional,
      "sidecar: файл подписи до самого файла (по умолчанию) или после"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto i = r.choice(node, order_words)) p.out.carriage.sidecar_after = *i == 1;
     }},
    {{"xml", types::path, Need::optional,
      "файл шаблона конверта XML: {{ content }} и {{ signature }} в base64, {{ text }}, {{ issuer }}, {{ serial }}, "
      "{{ thumbprint }}, {{ id }}"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       const auto file = read_existing_file(r, node, *p.draft);
       choose(r, node, p, Kind::xml);
       if (file) p.out.carriage.template_file = *file;
     }},
    {{"content_type", types::text, Need::optional,
      "Content-Type того, что уходит; «-» — не ставить; по умолчанию решает способ: body — не ставить, part — "
      "multipart/form-data, xml — application/xml, sidecar — application/octet-stream у подписи, прочие — как было"},
     read_detail<&Carriage::content_type>},
}};

// ---- answers --------------------------------------------------------------------------------------------------------

constexpr std::array<Key<Profile>, 3> answers_table{{
    {{"signed",
      {"attached", R"({"enum":["attached"]})"},
      Need::required,
      "тело ответа — присоединённая подпись: она проверяется, дальше идёт то, что внутри"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       p.out.answers.attached = r.choice(node, body_words).has_value();
     }},
    {{"trust", types::text, Need::required, "имя политики из trust: кому верить"},
     [](Reader& r, const YamlNode& node, Profile& p) { p.out.answers.trust = r.text(node).value_or(""); }},
    {{"errors", types::boolean, Need::optional, "подписаны и ответы с ошибкой; по умолчанию только 2xx"},
     [](Reader& r, const YamlNode& node, Profile& p) { p.out.answers.errors = r.boolean(node).value_or(false); }},
}};

// ---- a profile ------------------------------------------------------------------------------------------------------

constexpr std::array<string_view, 1> engine_words{"gost"};
constexpr std::array<string_view, 4> form_words{"cades-bes", "cades-t", "cms", "no-attributes"};
constexpr std::array<string_view, 4> encoding_words{"der", "base64", "base64url", "pem"};
constexpr ValueType secret_type{"секрет: credential:ИМЯ, file:ПУТЬ или env:ИМЯ", R"({"type":"string"})"};
constexpr ValueType files_type{"путь или список путей", R"({"type":["string","array"]})"};

constexpr std::array<Key<Profile>, 20> profile_table{{
    {{"key", secret_type, Need::optional, "закрытый ключ, PEM или DER"},
     read_reference<&SigningProfile::key_reference, &SigningProfile::key, true>},
    {{"pkcs12", secret_type, Need::optional, "ключ с сертификатом в PKCS#12"},
     read_reference<&SigningProfile::pkcs12_reference, &SigningProfile::pkcs12, true>},
    {{"pkcs11", types::text, Need::optional, "ключ на токене: pkcs11:token=…;object=…"},
     read_word<&SigningProfile::pkcs11>},
    {{"pkcs11_module", types::text, Need::optional, "библиотека токена"}, read_word<&SigningProfile::pkcs11_module>},
    {{"command", types::texts, Need::optional,
      "внешняя программа, слова списком: {input} {output} {thumbprint}; запускается без оболочки"},
     [](Reader& r, const YamlNode& node, Profile& p) { p.out.command = read_words(r, node); }},
    {{"thumbprint", types::text, Need::optional, "отпечаток сертификата для внешней программы"},
     read_word<&SigningProfile::thumbprint>},
    {{"pass", secret_type, Need::optional, "пароль ключа или PIN токена"},
     read_reference<&SigningProfile::pass_reference, &SigningProfile::pass, false>},
    {{"certificate", types::path, Need::optional, "сертификат подписанта, PEM или DER"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto file = read_existing_file(r, node, *p.draft)) p.out.certificate = *file;
     }},
    {{"chain", files_type, Need::optional, "сертификаты издателей, которые вложить в подпись"},
     [](Reader& r, const YamlNode& node, Profile& p) { read_files(r, node, p, p.out.chain); }},
    {{"engine", {"gost", R"({"enum":["gost"]})"}, Need::optional, "ключ ГОСТ Р 34.10-2012: в процессе подписи"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (r.choice(node, engine_words)) p.out.engine = "gost";
     }},
    {{"form",
      {"cades-bes, cades-t, cms или no-attributes", R"({"enum":["cades-bes","cades-t","cms","no-attributes"]})"},
      Need::optional,
      "вид подписи; по умолчанию cades-bes"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto i = r.choice(node, form_words)) p.out.form = form_words.at(*i);
     }},
    {{"attached", types::boolean, Need::optional,
      "подписываемое внутри подписи; по умолчанию true у carriage: body и у json на одном месте, иначе false"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto on = r.boolean(node)) p.out.attached = *on, p.attached_given = true;
     }},
    {{"tsa", types::url, Need::optional, "служба меток времени, для cades-t"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto url = read_url(r, node, *p.draft)) p.out.tsa = *url;
     }},
    {{"tsa_digest", types::text, Need::optional, "хеш для метки: sha256, md_gost12_256; по умолчанию по ключу"},
     read_word<&SigningProfile::tsa_digest>},
    {{"tsa_trust", files_type, Need::optional, "доверенные сертификаты службы времени; без них метка не судится"},
     [](Reader& r, const YamlNode& node, Profile& p) { read_files(r, node, p, p.out.tsa_trust); }},
    {{"carriage", types::section, Need::required, "где едет подпись: { header: X-Signature }", "carriage"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       read_section<Profile>(r, node, carriage_table, p);
       if (p.out.carriage.kind == Kind::none)
         r.error(node.range, "value", "не сказано, где едет подпись",
                 "одно из: header, body, part, json, form, sidecar, xml");
     }},
    {{"encoding",
      {"der, base64, base64url или pem", R"({"enum":["der","base64","base64url","pem"]})"},
      Need::optional,
      "по умолчанию der у body, part и sidecar, base64url у form, base64 у прочих"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto i = r.choice(node, encoding_words)) p.out.encoding = encoding_words.at(*i);
     }},
    {{"body_limit", types::size, Need::optional, "какое тело ещё подписывается; по умолчанию 16 MB"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto size = r.size(node)) p.out.body_limit = *size;
     }},
    {{"timeout", types::duration, Need::optional, "предел времени одной подписи; по умолчанию 1 min"},
     [](Reader& r, const YamlNode& node, Profile& p) {
       if (const auto time = r.duration(node); time && *time > Duration::zero()) p.out.timeout = *time;
     }},
    {{"answers", types::section, Need::optional, "ответы подписаны: проверить и развернуть", "answers"},
     [](Reader& r, const YamlNode& node, Profile& p) { read_section<Profile>(r, node, answers_table, p); }},
}};

void finish(Reader& r, const YamlNode& node, Profile& p) {
  SigningProfile& s = p.out;
  const Carriage& c = s.carriage;
  const Range at = s.range;
  const auto has = [&](const char* key) { return node.find(key) != nullptr; };
  if (has("key") + has("pkcs12") + has("pkcs11") + has("command") != 1)
    r.error(at, "value", fmt::format("у профиля «{}» ключ должен быть назван одним способом", s.name),
            "одно из: key, pkcs12, pkcs11, command");
  if (has("key") && !has("certificate"))
    r.error(at, "missing", fmt::format("у профиля «{}» нет certificate", s.name), "к key нужен сертификат подписанта");
  if (!s.engine.empty() && !has("key") && !has("pkcs12"))
    r.error(r.place(r.path() + ".engine"), "value", "engine — для ключа в файле: key или pkcs12");
  if ((s.form == "cades-t") != has("tsa"))
    r.error(at, "value",
            s.form == "cades-t" ? "для cades-t нужна служба меток времени: tsa" : "tsa — для form: cades-t");
  const bool one_place = c.kind == Kind::json && (c.signed_json.empty() || c.signed_json == c.name);
  if (!p.attached_given) s.attached = c.kind == Kind::body || one_place;
  if (c.kind == Kind::body && !s.attached)
    r.error(r.place(r.path() + ".attached"), "value", "carriage: body — всегда присоединённая подпись");
  if (one_place && !s.attached)
    r.error(r.place(r.path() + ".attached"), "value",
            "откреплённая подпись встала бы на место того, что подписано, и оно пропало бы",
            "назовите signed: — указатель на подписанную строку");
  const bool file = c.kind == Kind::body || c.kind == Kind::part || c.kind == Kind::sidecar;
  if (s.encoding.empty()) s.encoding = file ? "der" : c.kind == Kind::form ? "base64url" : "base64";
  if (!file && (s.encoding == "der" || s.encoding == "pem"))
    r.error(r.place(r.path() + ".encoding"), "value",
            fmt::format("«{}» здесь не поедет: нужна одна строка", s.encoding), "base64 или base64url");
}

void check_profile_name(Reader& r, const Draft& d, const std::string& name, const Range& at) {
  if (name.empty() || d.config.signing.contains(name)) return;
  std::vector<std::string> known;
  for (const auto& [one, unused] : d.config.signing) known.push_back(one);
  const std::string near = text::nearest(name, known);
  r.error(at, "unknown-profile", fmt::format("профиля подписи «{}» нет в signing", name),
          near.empty()
              ? (known.empty() ? "раздела signing нет: опишите в нём профиль" : "есть: " + text::join(known, ", "))
              : fmt::format("возможно, вы имели в виду «{}»?", near));
}

constexpr std::array<Key<SigningRoute>, 3> route_table{{
    {{"method", types::text, Need::optional, "метод HTTP; по умолчанию любой"},
     [](Reader& r, const YamlNode& node, SigningRoute& out) {
       out.method = text::to_upper_ascii(r.text(node).value_or(""));
     }},
    {{"path", types::text, Need::required, "путь адреса, * — любые знаки: /qbch/*"},
     [](Reader& r, const YamlNode& node, SigningRoute& out) {
       const auto text = r.text(node);
       if (!text) return;
       out.path = *text;
       if (text->front() != '/' && text->front() != '*')
         r.error(node.range, "value", fmt::format("«{}» не путь", *text), "путь начинается с «/»: /qbch/*");
     }},
    {{"signing", types::text, Need::required, "имя профиля или none — не подписывать"},
     [](Reader& r, const YamlNode& node, SigningRoute& out) {
       const auto text = r.text(node);
       if (text && *text != "none") out.profile = *text;
     }},
}};

}  // namespace

void read_signing(Reader& r, const YamlNode& node, Draft& d) {
  if (!r.is_section(node)) return;
  for (const auto& [name, value] : node.entries) {
    const Reader::Step step(r, name, value);
    if (name.text == "none") r.error(name.range, "value", "имя none занято: оно значит «не подписывать»");
    Profile profile;
    profile.draft = &d;
    profile.out.name = name.text;
    profile.out.range = name.range;
    if (!read_section<Profile>(r, value, profile_table, profile)) continue;
    finish(r, value, profile);
    d.config.signing.insert_or_assign(name.text, std::move(profile.out));
  }
}

void read_signing_routes(Reader& r, const YamlNode& node, Connection& out) {
  if (!r.is_list(node)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Reader::Step step(r, i, node.items[i].range);
    SigningRoute route;
    route.range = node.items[i].range;
    if (read_section<SigningRoute>(r, node.items[i], route_table, route))
      out.signing_routes.push_back(std::move(route));
  }
}

void check_signing(Reader& r, const Draft& d) {
  for (const auto& [name, profile] : d.config.signing) {
    const std::string& trust = profile.answers.trust;
    if (trust.empty() || d.config.trust.contains(trust)) continue;
    std::vector<std::string> known;
    for (const auto& [one, unused] : d.config.trust) known.push_back(one);
    const std::string near = text::nearest(trust, known);
    r.error(r.place("signing." + name + ".answers.trust"), "unknown-trust", fmt::format("в trust нет «{}»", trust),
            near.empty() ? "опишите в разделе trust, чьим сертификатам верить"
                         : fmt::format("возможно, вы имели в виду «{}»?", near));
  }
  for (const auto& [name, connection] : d.config.connections) {
    const std::string path = "connections." + name;
    check_profile_name(r, d, connection.signing, r.place(path + ".signing"));
    for (std::size_t i = 0; i < connection.signing_routes.size(); ++i)
      check_profile_name(r, d, connection.signing_routes[i].profile,
                         r.place(fmt::format("{}.signing_routes[{}].signing", path, i)));
  }
}

std::vector<SectionInfo> signing_sections() {
  return {section_info<Profile>("signing", "signing: профиль", profile_table),
          section_info<Profile>("carriage", "signing.carriage", carriage_table),
          section_info<Profile>("answers", "signing.answers", answers_table),
          section_info<SigningRoute>("signing_routes", "signing_routes подключения", route_table)};
}

}  // namespace sedlink::config
