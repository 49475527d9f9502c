"""Words that hold a headline together, or stand in headlines of anything. They tell nothing.

Law: plain data. Shorter ones than three letters need no place here: they are never read.

What is missing here does little harm: a word that many headlines have soon weighs little.
"""

_ENGLISH = """
about after again against ahead all also among and another any are around back because been before
being between both but can could day did does down during each ever every few first for from get
gets got had has have her here his how into its just last latest least less like made make makes
many may more most much must near next not now off one only other our out over own per put really
said same say says set she should since some still such take takes tell tells than that the their
them then there these they thing things this those through time today too two under until upon very
via want was way week well were what when where which while who whom whose why will with without
would year years yet you your
three four five six seven eight nine ten hundred hundreds thousands million millions billion
analysis breaking exclusive latest live morning news opinion photo photos picture pictures read
report reports review story update updated updates video watch
"""
_GERMAN = """
aber alle als am auch auf aus bei beim bis das dass dem den denn der des die doch durch ein eine
einem einen einer eines für gegen hat haben hier ihr ihre ist jetzt kann kein keine mehr mit muss
nach nicht noch nur oder ohne schon sein seine sich sie sind über und unter vom von vor war warum
was wegen weil wenn werden wie wieder will wird wurde zum zur zwei zwischen
drei vier fünf sechs sieben acht neun zehn hundert hunderte tausend tausende million millionen
"""
_FRENCH = """
ans après aux avant avec ces cette chez comme comment contre dans deux depuis des elle encore entre
est été être fait font ils les leur leurs mais même moins nous ont par pas plus pour pourquoi quand
que qui sans ses son sont sous sur tout tous très une vers voici vous
trois quatre cinq six sept huit neuf dix cent cents mille million millions milliers
"""
_SPANISH = """
años ante antes aquí así como con contra cuando cómo del desde donde dos durante ella ellos entre
era esta está están este esto fue fueron hace han hasta hay las los más muy nos otra otro para pero
por porque que qué quien según ser sin sobre son sus también tiene todo todos tras una uno
tres cuatro cinco seis siete ocho nueve diez cien cientos mil miles millón millones
"""
_PORTUGUESE = """
ano anos após até com contra dos das depois desde dois ele ela entre foi foram isso mais mas não nos
nas para pela pelo por quando que quem são ser seu sobre sua tem uma veja
"""
_ITALIAN = """
alla anche anni che chi come con contro cosa dal dalla degli dei del della delle dopo dove due ecco
gli hanno nel nella non per perché più prima quando questa questo sono sua suo sul sulla tra una
"""
_DUTCH = """
aan als bij dan dat deze door een geen heeft het hij hoe hun maar meer met naar niet nog ook onder
over naar tegen tot uit van voor waar wat weer werd wie wordt zich zijn
"""

SMALL_WORDS = frozenset(
    f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH} {_PORTUGUESE} {_ITALIAN} {_DUTCH}".split()
)
