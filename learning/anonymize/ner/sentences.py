# ruff: noqa: E501  (a sentence a line)
"""Shapes of sentences that personal data stands in; ``make.py`` fills them.

``{person}`` and the like are filled with values and labelled where they are personal;
``(a|b)`` stands for either. ``LEARN`` is for training, ``HELD_OUT`` only for measuring:
they share no shape, and none was taken from another collection.
"""

from __future__ import annotations

# fmt: off
LEARN = tuple("""
(transfer|send|move|wire|pay) {amount} to {person}( please| now| today|)
(can you|could you|please|pls) (send|pay|transfer) {person} {amount} (for the|for) {thing}
{person} (still owes me|owes us|lent me|borrowed|asked for) {amount}
(i|we) (owe|paid|gave|lent) {person} {amount} (for|because of) {thing}
split the {thing} with {person}, {person} and {person}
did {person} (pay|send|return) (me|us) (the {thing}|the {amount}|anything) yet?
how much did i (send|give|pay) {person} (in {month}|last month|this year)?
what did {org} (charge|bill|take|refund) (me|us) (in {month}|last week|on {day})?
(my|our) (salary|wage|pension|bonus) from {org} (has not come|is late|was {amount}|came on {day})
i (work|worked|used to work|am employed) (at|for) {org} (in {place}|as a {job}|)
(show|list|find) (all|the) payments (to|from) {org} and {person}
{org} (took|charged) {amount} twice, {person} (told me so|can confirm it)
the rent for {address} goes to {person}
(i|we) (live|lived|stay) at {address}
(my|our) (new|old|home|billing|mailing|work) address (is|was|:) {address}
(ship|post|mail|deliver) (it|the card|the letter) to {address}
the parcel went to {address} instead of {address}
(we are|i am|they are) (moving|relocating) from {address} to {address} (in {month}|next week|)
{address} is where {person} (lives|used to live|runs a shop)
name {person} address {address} phone {phone}
Name: {person}\\nStreet: {address}\\nPhone: {phone}
{person}\\n{address}
{person}\\n{org}\\n{address}\\n{phone}
{person}\\n{address}\\nmobile {phone}\\nhome {phone}
{prefix} {person}\\n\\n{address}
{prefix} {person}, {address}, {phone}
Yours (sincerely|truly|faithfully),\\n{person}\\n{job}, {org}
(best|kind|warm) (regards|wishes),\\n{first}
(hi|hello|hey|dear|good morning) {first}, (how are you|thanks for the {thing}|did you see the {thing})?
(this is|it's|here is) {person} (from|of|at) {org}
(i am|i'm|im) {person}( and i need help|, born in {place}| from {place}|)
(my name's|they call me|people know me as|the name is|i go by) {person}
{first} here, (please call back|what is my balance|i lost my card)
(my|his|her|their) (brother|sister|wife|husband|cousin|landlord|neighbour|boss) {person} (moved to {place}|works at {org}|needs {amount})
(ask|call|tell|text|email|invite) {first} (about|regarding) the {thing}
the (account|card|policy|contract|booking) is (in the name of|under|for) {person}
(beneficiary|account holder|payee|customer|user|contact|recipient)(: | - | ){person}
{person} ({phone}) (called|rang|wrote) about the {thing}
is (my|the) card (accepted|usable|safe) in {place}?
(i|we) (travel|fly|drive|go) to {place} (in {month}|next week|on {day}) (with {first}|)
what did (i|we) spend in {place} and {place}?
(flights|trains|hotels) (from {place} to {place}|in {place}) (cost|were) {amount}
{place} was (cheap|lovely|too expensive|cold), {place} even more so
(she|he) was (born|raised|married|buried) in {place}, {place}
{person} grew vegetables near {place} and sold them to {org}
the mayor of {place}, {person}, opened a new {thing}
(yesterday|today|in {month}) {org} (announced|denied|confirmed) a deal with {org} (of {place}|)
shares of {org} fell after {person} (resigned|left|was fired)
{person}, (head|director|cashier|owner) of {org}, (said|wrote|claimed) that "(prices will rise|nobody knows|we shall see)"
"(we had no choice|that is not true|come in)", (said|whispered|answered|added) {first}
{first}: (where are you|did you eat|see you later)?\\n{first}: (on the way|no|soon)
{first} (smiled|laughed|waited|wept|left) and {first} (followed|stayed|said nothing)
{first} asked {first} whether {first} would come to {place}
(there were|we invited|the team is|the guests are) {first}, {first}, {first} and {first}
{first}, {first}, {first}, {first}, {first} (came|are coming) for dinner
{first} and {first} {last} (divorced|married|met) in {place}
(painters|partners|authors): {last}, {last} & {last}
according to {last}, the (novel|album|film|paper) was (unfinished|a success|ignored)
(the singer|the painter|drummer|composer|poet|professor) {last} (never played|was famous|recorded it) in {place}
{last}'s (second|best|early) (album|film|novel|work) (beats|is better than) anything by {last}
{person}'s (voice|guitar|writing|house|car) (is|was) (wonderful|awful|for sale)
a nurse aged {age}, called {first}, (from {place}, |)asked for a loan
{prefix} {last} (will see you|has signed|is away) on {day}
{prefix} {person} (was admitted|presented|complained) (with pain|in {place}) on {day}
I (was on holiday|have family|own a flat) in {place}
(where is|how far is|what time is it in|weather in) {place}?
(government|people|farmers|exports) of {place} (protest|vote|rise|said no)
{place} and {place} (signed|broke|discussed) the treaty
the (train|bus|ferry|delegation|ship) (left|reached|passed through) {place} (late|at noon|on {day}) (bound for {place}|)
(the fair|the wedding|our meeting|a concert) in {place} is on {day}
(meet|see) (you|us) at {org}, {address}, {place}
(From|To|Route): {place} - {place}
(Company|Employer|Organisation): {org}\\n(City|Town): {place}\\n(Manager|Owner): {person}
(my|the) (invoice|order|insurance|loan|mortgage|subscription) (from|with) {org} (is wrong|ended|costs {amount})
{org} is (hiring|closing|moving to {place}|a charity|being sued by {org})
(has anybody|anyone) (heard of|tried|used|dealt with) {org}?
(sponsors|members|clients|partners|shops): {org}, {org}, {org} and {org}
(she|he|they) (left|joined|founded|sold) {org} (to join {org}|in {month}|with {first})
the (bank|firm|agency|startup|publisher) {org} (of {place}|) (went bust|raised {amount}|was renamed {org})
(taxi|pick me up|drive) (from|to) {address} (at noon|now|, ring twice)
(meet at the|junction of|) {street} and {street}
{street} (is closed|is flooded|was renamed), use {street}
(I walked|they marched|the shop is) (along|down|on) {street} in {place}
write to {email} or {person}, {address}
card {card} belongs to {person}, (billing|registered) address {address}
(cancel|block|replace) card {card}, send the new one to {address}
please (update|change|correct) (the|my) address {address} to {address}
{person} ( - |, ){job} at {org}
(nurse|farmer|writer|cook|tailor) {person} (retired|moved) to {place}
(thank you|thanks|cheers|sorry|ok|yes) {first}
{first} (?|!|.)
{person}
{address}
{org}
{place}
{person}, {place}
(i'd like|i want|i need) {amount} for {first}'s (birthday|school trip|wedding|{thing})
{first}'s (school|rent|pocket money|phone bill) is due on {day}
(standing order|direct debit|payment|transfer) to {person} (failed|bounced|is due)
(add|remove|save) {person} (as|from) (a payee|my payees|my contacts)
(who|what) is {person} on my statement
received {amount} from {person}, {place}
{person} {amount}
(unit|apartment) {number}, {address}
c/o {person}, {address}
(typical|pure) {last}, (if you ask me|I think|of course)
(nothing|nobody|no one) (plays|paints|sings|cooks) like {last}
(says|thinks|writes|adds) {last}( in the paper| to {first}|)
the {last} (affair|trilogy|sonata|case|exhibition|interview|family) (is|was) (about war|long|in {place})
{first} (has|had|was|is|went|came|took|spent|lost|ran|wanted|knows|lives|said) (home|nothing|away|a dog|there|it)
(why|when|how|where) (is|was|did|does|will) {first} (so late|sing|angry|come|leave|call)?
(tell|show|give|lend|help) {first} (that|the|a|some) (money|book|keys)
it was {first}, not {first}
(after|before|since|without|with|against|for) {first} (nothing worked|we won|i cannot go)
(a fan|a pupil|the widow|the sister) of {person} (wrote|called|lives in {place})
the (head office|branch|store|factory|warehouse|team) of {org} (is|was) (at {address}|in {place}|closed)
{org} (opened|began|grew|is|was|has|will|sells|makes|used to) (slowly|in {year}|nothing|a shop|software|there)
{person}\n{org}\n{street} {number}\n{place}
- {person}\n- {address}\n- {phone}
{phone} (fax|home|office|mobile), {email}, {person}
(one|two|three) of (our|the) (tenants|cousins|friends): {first}, {first} and {last}
in {year} {person} (wrote|built|painted) it for {org}
(the band|the label|the museum|the club) {org} (toured {place}|paid {person})
(visit|call|sue|trust) {org} at {address}
{org} {address} {phone}
{first} {verb} (the|my|our|his|her|a) {thing}( yesterday| last week| on {day}| again|)
{person} {verb} it (for me|for us|without asking|once more)
{person} (just|never|always|already|finally|also|nearly) {verb} (the|my|a) {thing}
(yesterday|today|later|maybe|then|so|and|but|because|sometimes) {first} {verb} (the|her|his|our) {thing}
(did|will|can|could|should|would|might|must|won't|didn't) {first} (buy|sell|bring|fix|keep|join|stay|agree|sign|cook|drive)( the {thing}| it| with us|)?
(has|had|hasn't) {person} (sent|returned|signed|seen|heard) (it|anything|the {thing})( yet| already|)?
the {thing} (that |){first} {verb} (is gone|was mine|cost {amount})
(if|unless|until|while|once|whenever|since) {first} (calls|asks|comes|agrees|leaves|pays) (i am out|we can go|nothing happens|tell me)
{first}, {first} (and|or) {first} (are|were|will be) (late|here|friends|on the list)
(tenants|players|drivers|winners|guests|staff)(:|) {first}, {first}, {first}
(tenants|players|drivers|winners) {person}, {person} and {person}
(taller|older|richer|funnier|slower|more famous) than {person}( is| was|)
(between|without|besides|except|unlike) {first} and {person}
(signed|written|sent|approved|painted|recommended) by {person}
on behalf of {person}, (account|policy|ticket) {number}
{person} (or|and) {person} (must|can|may|should|will) (sign|pay|vote|come)
(neither {first} nor {first}|either {first} or {first}) (paid|came|knows)
{person} is (my|our|his|her) (new |old |)(boss|tutor|nurse|dentist|lawyer|agent|coach|tenant)
(my|our|his|her) (aunt|uncle|son|daughter|niece|grandson|tenant|tutor|dentist|nurse|coach|ex) {first} (likes|wanted|needs|has|is|lost|saw) (a|the|an old) {thing}
{first} is {age}( years old| now|) and {verb} a {thing}
(money|cash|a present|a card|{amount}) (for|from|to) {first}( on {day}| please|)
(repay|reimburse|remind|invite|follow|meet|forget|trust|help) {person}( soon| on {day}|)
(stop|cancel|pause|change) (the|my) (payment|transfer|standing order|order) to {person}
(how much|what) (does|did) {person} (owe|cost|get|want|send)( me| us|)?
(where|how often|when) (does|did|do) {person} (show up|turn up|come from|call|live)?
(it is|that was|was it|it's not) {person} (again|who called|i think|or {person})
(payable|made out|issued|sold|addressed|lent) to {person}
(sender|receiver|buyer|seller|passenger|patient|applicant|insured)(: | ){person}(; | - |, )(at|home|from|address) {address}(; | - |, )(tel|phone|mobile) {phone}
(pickup|billing|return|site|origin)(: | - | ){address}
(the keys|the dog|the car|the wife|a friend|the house) of {person}
{last} (sang|sings|played|acted|paints|runs) (louder|worse|first|alone) (and|but) {last} (lost|cried|left)
(this|that|some|another|every) {last} (song|record|painting|book|game)
(walk|drive|cycle|go) (along|past|up|over) {street} (to|until|and) {street}
(parking|roadworks|a shop|an accident|the market) (on|in|at|near) {street}
(the end|the top|the middle|this side) of {street}
(number|no|house) {number} {street}
(between|off|behind) {street} (and|or) {street}
(I'll be|she is|we met|he parks) at {address}
{address} (is|was) (empty|for sale|sold|rented to {person})
(mail|a package|flowers|a visit) (for|to) {person} at {address}
{street} (is|was|looks) (narrow|long|behind {street})
{org} (refunded|overcharged|emailed|called|sued|hired) (me|us|{first})
(a bill|an invoice|a letter|a refund|an offer) from {org}( for {thing}|)
(a job|an internship|an interview|my shift) at {org} (starts|ended|pays {amount})
what (is|does|was) {org}( on my statement| sell| for|)?
(head|keep going|carry on|continue) (north|straight on|uphill|) (along|down|on) {street} (as far as|and then up|until) {street}
{street} (meets|crosses|joins|runs beside) {street}
(cross|leave|avoid|follow|take) {street}( at the lights| after the bridge| and ask again|)
the (bus|tram|van|taxi) (stops|waits|broke down) (on|at|in) {street}
(first|second|next|last) (corner|exit|house|door) (after|on|past) {street}
somebody broke into (a flat|the shop|our car|a garage) (on|in) {street}
(noise|police|fire|rats) (on|in|from) {street} (again|all night|, please help)
{street}, {street} and {street} (are|were) (dark|swept|renamed)
(his|her|their) office is (in|on|above) {street}, {place}
lunch with {person}(, then {person}| and {first}|)
(coffee|a call|a trip|an argument) with {first} {last} and {first}
(does|is|was|did) {first} (at home|paid|in|there|ok|ready)
{person}, {person}, {person}: (absent|expelled|present|on call)
{last} (beat|met|replaced|painted|followed) {last}( in {year}| twice|)
(nobody|everyone|somebody) (but|except|like|called) {person} (knew|came|won)
{first} (got up|fell asleep|went out|came home) (and|before|after) {first} (left|ate|rang)
(poor|old|young|dear) {last} (was|is|had) (tired|a cold|right)
(she|he|we|they) (has|had|have) (shown|lent|handed|promised) {first} (a|the|some) {thing}
(the song|a game|pop music|the view|rock and roll) (was|is) (by|for|about) {first} {last}
{first} and (i|me|the kids|my wife) (owe|need|spent|saved) {amount}
{first} (thinks|says|knows|hopes|wants|needs) (we|that|you|it|me) (are|is|will|to) (rich|late|go|fine)
(ok|well|no|yes|sure|wait), {first} (can|will|has|did|is) (it|that|not|here)
(give|hand|show|owe|lend|offer) {first} (the|a|my) {thing} (and|or|then) {first} (the|a) {thing}
""".strip().splitlines())

HELD_OUT = tuple("""
could {person} have been paid twice by {org}?
set up {amount} every month for {person} from my savings
why does {person} appear in my outgoing payments?
I would rather pay {first} back before {day}
{first} covered the {thing}, remind me to give back {amount}
my paycheck comes from {org} on the last {day}
nobody at {org} picks up the phone
my flat at {address} is insured with {org}
kindly forward my mail to {address} until {month}
Delivery note. Consignee {person}; drop-off {address}; contact {phone}
both {person} and {person} hold keys to {address}
signed, {person} ({job})
good evening, you are speaking with {person}
we spent the whole of {month} around {place}
are cash machines free in {place}?
exchange rates near {place} were terrible, says {first}
{org} opened an office in {place} under {person}
a spokesman for {org} declined to comment, {last} did not
when {first} woke up, {first} had already gone back to {place}
kids: {first}, {first}, {first}
my {age} year old nephew {first} wants a bank account
referred by {prefix} {last}, seen in {place}
turn left into {street}, then right into {street}
refund the purchase made on {card} to {person}
reach me under {phone} or {email}, regards {person}
the estate of the late {person} of {place}
bill {org} instead of {person}, same amount
is {org} a scam?
let {first} know that {first} won't make it
{last} wrote better songs than {last} ever did
the river flows through {place} into {place}
how do i get from {address} to {address}
""".strip().splitlines())
# fmt: on
