# SPDX-License-Identifier: Apache-2.0
"""The vocabulary of the invented country: places, streets, people, childcare."""

PLACE_STEMS = """Elzen Wolven Hazel Maarle Distel Linde Kiekens Ravens Vliet Hoge Zwaluw Berken
Meers Rooien Dille Kouter Varen Lisse Papen Ganzen""".split()
PLACE_ENDS = "beke hove gem donk rode zele voorde dal kapelle wijk".split()

STREET_STEMS = """Kerk School Molen Dorps Stations Beuken Eiken Wilgen Populieren Merel Leeuwerik
Vinken Bakkers Smids Wevers Brouwerij Kasteel Abdij Kapel Pastorij Linden Kastanje Veld Weide
Broek Beek Vijver Heide Zand Klei Steen Ring Markt Gemeente Nijverheids Vlas Hop Tarwe Rogge
Koning Boudewijn Astrid Leopold Vrijheids Vredes Oogst Zonne Sterre Maan Morgen Avond Zuider
Noorder Ooster Wester Lange Korte Groene Oude Nieuwe Hoge Lage Brede""".split()
STREET_ENDS = ("straat", "straat", "straat", "laan", "steenweg", "weg", "dreef", "plein", "pad",
               "lei")

FIRST_NAMES = """Ann Bieke Carla Daphne Elke Fien Greet Hilde Ilse Joke Katrien Lien Mieke Nele
Oona Petra Ria Saskia Tine Veerle Wendy Yvonne Fatima Samira Aïcha Noémie Zoë Bart Dirk Erik
Filip Geert Hans Jeroen Kris Luc Marc Niels Olivier Pieter Rik Stefan Tom Wim Yusuf Mehmet""".split()
LAST_NAMES = [name.replace("_", " ") for name in """Peeters Janssens Maes Jacobs Mertens Willems
Claes Goossens Wouters De_Smet Dubois Lambrecht Hermans Aerts Michiels Vermeulen Van_den_Broeck
De_Backer Desmet Pauwels Segers Baert Cools Coppens Verhaeghe De_Clercq Bogaert Lemmens Thys
Verlinden Yilmaz El_Amrani Nguyen Claeys Vandenbussche Van_Damme De_Wolf Bosmans Martens Nijs
Geerts Smets Verbeke De_Pauw Vervaet Sterckx Vanhoutte Dierckx Adriaensen Roels""".split()]

CARE_NOUNS = """Waterlelie Boterbloem Korenaar Zandkasteel Speelboom Dromenland Klauterberg Zeepbel
Regendruppel Sneeuwvlok Herfstblad Lentekriebel Zonnestraal Kinderhof Woudloper Veldmuis Hazelnoot
Kastanjelaar Lindelaar Rozelaar Vlierstruik Lavendel Saffraan Kaneel Honingpot Pannenkoek
Appelmoes Krentenbol Suikerspin Zeilboot Vuurtoren Duinpan Schelpje Garnaal Zeehond Reiger Ooievaar
Boomklever Winterkoning Kolibrie Salamander Libel Kikkerpoel Bever Otter Dassenburcht Marter
Egelantier Pluizebol Wollewei Fluwijntje Dwarrel Wervel Huppel Tuimel Giechel Fluister Babbel
Sprokkel Frutsel Prutske Kwibus Kadee Pagaaier Ravotter Snotneus Schavuit Kruimel Dotje Pareltje
Sprookjesbos Tovenaar Ridder Piraat Astronaut Raketje Locomotief Treintje Tandem Caroussel Draaimolen
Wigwam Iglo Hangmat Schommel Glijbaan Zandbak Boomhut Ladder Kompas Horizon Meander Panorama
Vuurvlieg Glimworm Nachtegaal Kwikstaart Mezenest Uilenspiegel Reinaert Nero Lambik Kapitein""".split()
CARE_ADJECTIVES = """Kleine Vlugge Zachte Bonte Wakkere Stoute Fiere Warme Groene Gulden Zilveren
Lustige Stille Drukke Dappere Guitige""".split()
ORGANISER_FORMS = ("vzw", "vzw", "vzw", "bv", "nv")

TYPES = {
    "GEZIN": ("gezinsopvang", ("onthaalouder", "gezinsopvang", "onthaalmoeder"),
              ("accueillante", "gardienne")),
    "GROEP": ("groepsopvang", ("crèche", "kinderdagverblijf", "groepsopvang", "kdv"),
              ("crèche", "garderie")),
    "SCHOOL": ("buitenschoolse opvang", ("bso", "buitenschoolse opvang", "naschoolse opvang"),
               ("accueil extrascolaire", "garderie après l'école")),
}
NAME_PREFIXES = {"GEZIN": ("", "", "", "Onthaalhuis "), "GROEP": ("", "", "", "Kinderdagverblijf ", "KDV ", "Crèche "),
                 "SCHOOL": ("BSO ", "IBO ", "", "Buitenschoolse opvang ")}

TEAMS = ("Klantenbeheer Noord", "Klantenbeheer Oost", "Klantenbeheer West", "Klantenbeheer Zuid")
CATEGORIES = (("VEILIGHEID", "Veiligheid"), ("PEDAGOGISCH", "Pedagogische aanpak"),
              ("BEGELEIDING", "Aantal begeleiders"), ("HYGIENE", "Hygiëne en gezondheid"),
              ("CONTRACT", "Contract en prijs"), ("COMMUNICATIE", "Omgang met ouders"))
CARRIERS = (("WEB", "Webformulier"), ("MAIL", "E-mail"), ("TEL", "Telefoon"), ("BRIEF", "Brief"))
WAYS = (("BURGER", "Burger"), ("OMBUDS", "Ombudsdienst"), ("KABINET", "Kabinet"),
        ("MIDDENVELD", "Middenveld"))

OPENINGS = ("Wij maken ons zorgen over {what}.", "Ik heb een klacht over {what}.",
            "Onze dochter gaat sinds dit jaar naar {what}.", "Al weken loopt het mis bij {what}.",
            "Graag meld ik u wat er gebeurt bij {what}.")
TROUBLES = ("Eén begeleider stond alleen voor veertien kinderen.",
            "Ons zoontje kwam naar huis met een natte luier en niemand kon zeggen sinds wanneer.",
            "De tuinpoort stond open en kinderen liepen op het voetpad.",
            "Er werd opnieuw een voorschot gevraagd dat niet in het contract staat.",
            "Op mijn vragen antwoordt de verantwoordelijke al drie weken niet.",
            "De slaapruimte is vochtig en er staat schimmel op de muur.",
            "Kinderen worden voor straf apart gezet in de gang.",
            "De sluitingsdagen werden pas de avond voordien meegedeeld.")
CLOSINGS = ("Kunt u dit nagaan?", "Ik hoop op een snelle reactie.", "Met vriendelijke groeten.",
            "Wij horen graag wat u onderneemt.")
FRENCH = {
    "open": ("Je souhaite porter plainte contre {what}.", "Nous sommes inquiets au sujet de {what}."),
    "trouble": ("Une seule accueillante surveillait quinze enfants.",
                "Mon fils est rentré avec un bleu et personne n'a pu l'expliquer.",
                "La facture ne correspond pas au contrat."),
    "close": ("Merci de vérifier.", "Dans l'attente de votre réponse."),
}
DANGERS = ("Een peuter werd alleen aangetroffen op straat, honderd meter verder.",
           "Een begeleider schudde een huilende baby hard door elkaar.",
           "Er lag een open fles ontstopper naast de speelmat.",
           "Een kind kreeg medicatie van een ander kind en lag suf in een hoek.",
           "De begeleidster was dronken toen wij ons kind kwamen halen.")
